import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** Images and what was found out about this machine: all of it can be made again. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lvsform');
}

/** A folder for each lab that is up. */
export function labsFolder(): string {
  return join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'lvsform/labs');
}

/** The name of the lab of an inventory: its folder's name, and a digest of the whole path, since many are called `lab`. */
export function labName(inventory: string): string {
  const path = resolve(inventory);
  const name = basename(path).replace(/\.ya?ml$/, '');
  const known = name === 'inventory' || name === 'cluster' ? basename(resolve(path, '..')) : name;
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 6);
  return `${known.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 32)}-${digest}`;
}

/** For `catch`: that a file is not there is what was wanted. */
export function isMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
