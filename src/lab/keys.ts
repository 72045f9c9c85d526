import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from './tools.ts';
import type { KeyPair, LabKeys } from './guest.ts';

/** Makes the keys of a lab: the login key (in `folder`, as `key`), and a host key for each machine. */
export async function makeKeys(folder: string, machines: readonly string[]): Promise<LabKeys> {
  const make = async (file: string, comment: string): Promise<KeyPair> => {
    const path = join(folder, file);
    await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
    const [own, open] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.pub`, 'utf8')]);
    return { private: own, public: open };
  };
  const login = await make('key', 'lvsform-lab');
  const hosts = new Map<string, KeyPair>();
  for (const name of machines) hosts.set(name, await make(`host-key-${name}`, name));
  return { login, hosts };
}
