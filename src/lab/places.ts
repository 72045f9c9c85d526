import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** The folder of images, and of what is known about this machine: all of it can be made again. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lvsform');
}

/** A folder for each lab that is up. */
export function labsFolder(): string {
  return join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'lvsform/labs');
}

/** The name of an inventory's lab: the folder's name with a digest of the whole path, since many folders are called `lab`. */
export function labName(inventory: string): string {
  const path = resolve(inventory);
  const name = basename(path).replace(/\.ya?ml$/, '');
  const known = name === 'inventory' || name === 'cluster' ? basename(resolve(path, '..')) : name;
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 6);
  return `${known.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 32)}-${digest}`;
}

/** For `catch`: a missing file is no error. */
export function isMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
