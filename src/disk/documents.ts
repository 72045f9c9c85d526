import { chmod, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../report/user-error.ts';
import { refused, systemMessage } from './errors.ts';

/**
 * Writes a file whole or not at all: beside its place first, then by a rename. What is no regular file (a device, a
 * pipe) is written to, and never replaced. Throws UserError where it cannot be written.
 */
export async function writeWhole(path: string, text: string, mode = 0o644): Promise<void> {
  const failed = refused(`cannot write ${path}`);
  await makeFolder(dirname(path)).catch(failed);
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) throw new UserError(`cannot write ${path}: is a directory`);
  await (
    there === undefined || there.isFile()
      ? replace(there === undefined ? path : await realpath(path), text, mode)
      : writeFile(path, text)
  ).catch(failed);
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  const staged = join(dirname(path), `.${process.pid}.${path.split('/').at(-1)}`);
  try {
    await writeFile(staged, text, { mode });
    await chmod(staged, mode);
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true });
    throw error;
  }
}

/** A folder with all those above it. Node's own `recursive` does not end where a file system (/proc) refuses new names. */
async function makeFolder(path: string): Promise<void> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (there?.isDirectory() === true) return;
  if (there !== undefined) throw new UserError(`${path} is not a directory`);
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return;
    throw new UserError(`cannot make the directory ${path}: ${systemMessage(error)}`, { cause: error });
  });
}
