import { chmod, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../user-error.ts';
import { quote } from '../shell/quote.ts';
import { refused, systemMessage } from './errors.ts';
import { readText } from './text.ts';

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

/**
 * Refuses a place for output before the work is done whose result it is to hold: its parent must be a directory, and
 * `kind` says what it may be itself, if it is there.
 */
export async function checkPlace(path: string, kind: 'file' | 'directory'): Promise<void> {
  const parent = dirname(path);
  const [above, there] = await Promise.all([parent, path].map((each) => stat(each).catch(() => undefined)));
  if (above?.isDirectory() !== true) {
    const why = above === undefined ? 'there is no directory' : 'not a directory:';
    throw new UserError(`cannot write ${path}: ${why} ${parent}`, {
      hint: above === undefined ? `make it with: mkdir -p ${quote(parent)}` : 'name another place',
    });
  }
  if (kind === 'file' && there?.isDirectory() === true) {
    throw new UserError(`cannot write ${path}: is a directory`, { hint: 'name a file in it' });
  }
  if (kind === 'directory' && there?.isDirectory() === false) {
    throw new UserError(`cannot write below ${path}: is not a directory`, { hint: 'name a directory' });
  }
}

/**
 * Refuses to replace a file that lvsform did not write. `what` says what it may be instead: `a plan of lvsform`. An empty
 * file has nothing to lose, and what is no regular file is written to, not replaced. Throws UserError.
 */
export async function checkOverwrite(
  path: string,
  what: string,
  isOurs: (text: string) => boolean,
  hint: string,
): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isFile() !== true) return;
  const text = await readText(path, 'the file that would be overwritten,');
  if (text === '' || isOurs(text)) return;
  throw new UserError(`${path} is not ${what}; it was not overwritten`, { hint });
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
