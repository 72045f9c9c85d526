import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isDirectory } from '../disk/inventory.ts';
import { withSshKeys } from '../disk/ssh-key.ts';
import { SecretStore, storedNames } from '../disk/secret-store.ts';
import { readText } from '../disk/text.ts';
import { Secret, type SecretNeed, type Secrets } from '../model/secret.ts';
import { UserError } from '../user-error.ts';
import { line } from '../shell/quote.ts';
import { environment } from './environment.ts';

/** The store of an inventory: a file beside it. */
export async function storePath(inventory: string): Promise<string> {
  const folder = (await isDirectory(inventory)) ? inventory : dirname(inventory);
  return join(folder, 'secrets.lvsform');
}

/** The values of the secrets that are needed. Throws UserError for a missing one, with the command that adds it. */
export type SecretSource = (needs: readonly SecretNeed[]) => Promise<Secrets>;

/** Where the secrets of an inventory come from. Each is fetched once: its command may ask a person, or count its uses. */
export function secretSource(inventory: string): SecretSource {
  const known = new Map<string, Secret>();
  return async (needs) => {
    const unknown = needs.filter(({ name }) => !known.has(name));
    for (const [name, secret] of await fetched(unknown, inventory)) known.set(name, secret);
    return withSshKeys(needs, new Map(needs.map(({ name }) => [name, known.get(name)!])));
  };
}

async function fetched(
  needs: readonly SecretNeed[],
  inventory: string,
): Promise<(readonly [string, Secret])[]> {
  const path = needs.some(({ source }) => source.from === 'store') ? await storePath(inventory) : '';
  const stored = path === '' ? [] : await storedNames(path);
  const missing = needs.filter(({ name, source }) => source.from === 'store' && !stored.includes(name));
  if (missing.length > 0) {
    const given = missing.find(({ form }) => form === 'given');
    const way = given === undefined ? ['generate'] : ['set', given.name];
    throw new UserError(
      `${missing.map(({ name }) => name).join(', ')}: missing in the store; run: ${line(['lvsform', 'secrets', ...way, '-i', inventory])}`,
    );
  }
  const store =
    stored.length > 0 && path !== '' ? await SecretStore.open(path, await passphrase()) : undefined;
  return Promise.all(needs.map(async (need) => [need.name, await valueOf(need, store)] as const));
}

async function valueOf({ name, source }: SecretNeed, store: SecretStore | undefined): Promise<Secret> {
  switch (source.from) {
    case 'env': {
      const value = process.env[source.name];
      if (value === undefined || value === '') {
        throw new UserError(`${name}: the environment variable ${source.name} is not set, or empty`);
      }
      return oneLine(name, value);
    }
    case 'command': {
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', source.command]).catch(
        (error: unknown) => {
          const { stderr = '' } = error as { stderr?: string };
          throw new UserError(`${name}: ${source.command} failed: ${stderr.trim()}`, { cause: error });
        },
      );
      return oneLine(name, stdout.replace(/\r?\n$/, ''));
    }
    case 'store':
      return store!.get(name)!;
  }
}

/** Checks a secret: it must fit into a line of a configuration. */
export function oneLine(name: string, value: string): Secret {
  if (value === '' || /[\s"\\\p{C}]/u.test(value)) {
    throw new UserError(
      `${name}: a secret must be one word, without quotation marks, backslashes or control characters`,
    );
  }
  return new Secret(value);
}

/** The passphrase of the store: $LVSFORM_PASSPHRASE, or the first line of a file of the user's own. */
export async function passphrase(): Promise<Secret> {
  const told = environment('LVSFORM_PASSPHRASE');
  if (told !== undefined) return new Secret(told);
  const config = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  const file = join(config, 'lvsform', 'passphrase');
  const there = await stat(file).catch(() => undefined);
  const text = there === undefined ? '' : await readText(file, 'the passphrase');
  const [first = ''] = text.split('\n');
  if (first === '') {
    throw new UserError(`the passphrase of the secrets store is missing; for a new store choose one`, {
      hint: `set LVSFORM_PASSPHRASE, or write it into the first line of ${file}`,
    });
  }
  return new Secret(first);
}
