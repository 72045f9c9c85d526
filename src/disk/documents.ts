import { chmod, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../user-error.ts';
import { quote } from '../shell/quote.ts';
import { refused, systemMessage } from './errors.ts';
import { readText } from './text.ts';

/**
 * Writes a file as a whole or not at all: first beside its place, then by a rename. A device or a pipe is written to, and
 * never replaced. Throws UserError if the file cannot be written.
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
 * Refuses an impossible place for output before the work begins: its parent must be a directory, and if the place itself
 * exists, it must be of this `kind`.
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
 * Refuses to replace a file that lvsform did not write. `what` names the files that may be replaced: `a plan of lvsform`. So
 * may an empty file, and a device or a pipe, which is written to. Throws UserError.
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

/** Makes a folder with its parents. Node's own `recursive` never ends if a file system (/proc) refuses new names. */
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
