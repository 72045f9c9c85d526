import { readFile } from 'node:fs/promises';
import { type Identity, readIdentities } from './keys.ts';
import { KnownHosts } from './known-hosts.ts';

type Identities = { readonly identities: Identity[]; readonly refused: string[] };

/** Keys and known hosts, read once for all hosts that share them. */
export class SshFiles {
  readonly #knownHosts = new Map<string, Promise<KnownHosts>>();
  readonly #identities = new Map<string, Promise<Identities>>();

  knownHosts(paths: readonly string[]): Promise<KnownHosts> {
    return remembered(this.#knownHosts, paths, async () => {
      const files = paths.map(async (name) => ({ name, text: await readFile(name, 'utf8').catch(() => '') }));
      return new KnownHosts(await Promise.all(files));
    });
  }

  identities(paths: readonly string[]): Promise<Identities> {
    return remembered(this.#identities, paths, () => readIdentities(paths));
  }
}

function remembered<T>(
  cache: Map<string, Promise<T>>,
  paths: readonly string[],
  read: () => Promise<T>,
): Promise<T> {
  const key = paths.join('\0');
  const made = cache.get(key) ?? read();
  cache.set(key, made);
  return made;
}
