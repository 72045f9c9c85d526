import { readFile } from 'node:fs/promises';
import type { Route } from './route.ts';

/** The keys of RevokedHostKeys, in base64; or why there are none: it cannot be read, or only OpenSSH can read it. */
export type Revoked =
  | { readonly keys: ReadonlySet<string> }
  | { readonly unreadable: string }
  | { readonly list: 'KRL' };

/** Keys that are never accepted: public keys, one a line (ssh_config(5), RevokedHostKeys). */
export async function readRevoked(path: NonNullable<Route['revoked']>): Promise<Revoked> {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (content instanceof Error) return { unreadable: content.message };
  if (content.subarray(0, 6).toString('latin1') === 'SSHKRL') return { list: 'KRL' };
  const keys = new Set<string>();
  for (const [index, line] of content.toString('utf8').split('\n').entries()) {
    const words = line.trim().split(/\s+/);
    if (words[0] === '' || words[0]!.startsWith('#')) continue;
    const key = words.find((word) => word.startsWith('AAAA'));
    // As ssh does: without the list it is not known what is revoked.
    if (key === undefined) return { unreadable: `line ${index + 1} is no public key` };
    keys.add(key);
  }
  return { keys };
}
