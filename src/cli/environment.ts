import { UserError } from '../user-error.ts';

/** The value of one of our environment variables; undefined if it is not set. Throws UserError if it is empty. */
export function environment(
  name: 'LVSFORM_INVENTORY' | 'LVSFORM_PASSPHRASE' | 'LVSFORM_SUDO_PASSWORD',
): string | undefined {
  const value = process.env[name];
  if (value !== '') return value;
  throw new UserError(`${name} is set but empty`, {
    hint: `give it a value, or run: unset ${name}`,
  });
}
