import { readFile } from 'node:fs/promises';
import type { Knowledge } from './host-key.ts';
import { type Identities, readIdentities } from './keys.ts';
import { KnownHosts } from './known-hosts.ts';
import { readRevoked, type Revoked } from './revoked.ts';
import type { Route } from './route.ts';

/** Keys and known hosts, read once for all hosts that share them. */
export class SshFiles {
  readonly #knownHosts = new Map<string, Promise<KnownHosts>>();
  readonly #identities = new Map<string, Promise<Identities>>();
  readonly #revoked = new Map<string, Promise<Revoked>>();

  knownHosts(paths: readonly string[]): Promise<KnownHosts> {
    return remembered(this.#knownHosts, paths, async () => {
      const files = paths.map(async (name) => ({ name, text: await readFile(name, 'utf8').catch(() => '') }));
      return new KnownHosts(await Promise.all(files));
    });
  }

  async knowledge({ knownHosts, globalKnownHosts = [], revoked: path }: Route): Promise<Knowledge> {
    const known = await this.knownHosts([...knownHosts, ...globalKnownHosts]);
    if (path === undefined) return { known };
    return { known, revoked: await remembered(this.#revoked, [path], () => readRevoked(path)) };
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
