import { UserError } from '../user-error.ts';

/** A variable of the environment that is ours; undefined where it is not set. Throws UserError where it is empty. */
export function environment(
  name: 'LVSFORM_INVENTORY' | 'LVSFORM_PASSPHRASE' | 'LVSFORM_SUDO_PASSWORD',
): string | undefined {
  const value = process.env[name];
  if (value !== '') return value;
  throw new UserError(`${name} is set but empty`, {
    hint: `give it a value, or run: unset ${name}`,
  });
}
