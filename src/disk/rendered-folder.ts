import { lstat, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { z } from 'zod';
import { digest } from '../net/digest.ts';
import { UserError } from '../user-error.ts';
import { writeWhole } from './documents.ts';

/** A document below the folder. */
export interface FolderDocument {
  /** Relative, without `..`. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** The index of documents that earlier calls wrote, by path, with their digests. */
const index = '.lvsform-rendered.json';
const indexShape = z.strictObject({ version: z.literal(1), documents: z.record(z.string(), z.string()) });

/**
 * Writes documents below a folder, and removes documents of an earlier call that are no longer among them. It keeps documents
 * that were edited since then, and all other files. Throws UserError before anything is written if a document would replace
 * a file that no call wrote, and if a file cannot be written. Returns the removed paths, and those of the edited documents
 * that are kept.
 */
export async function writeFolder(
  folder: string,
  documents: readonly FolderDocument[],
): Promise<{ removed: string[]; stay: string[] }> {
  const before = await readIndex(folder);
  await refuseForeign(folder, documents, new Set(before.map(([path]) => path)));
  const now = new Map(documents.map(({ path, content }) => [path, digest(content)] as const));
  // The index is written first: files of an interrupted call are then known as ours.
  await writeIndex(folder, new Map([...before, ...now]));
  for (const { path, content, mode } of documents) await writeWhole(join(folder, path), content, mode);
  const removed: string[] = [];
  const stay: string[] = [];
  for (const [path, sum] of before) {
    if (now.has(path)) continue;
    const text = await readFile(join(folder, path), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    if (digest(text) !== sum) stay.push(path);
    else {
      await rm(join(folder, path));
      removed.push(path);
      await removeEmpty(folder, dirname(path));
    }
  }
  await writeIndex(folder, now);
  return { removed, stay };
}

/** How many files a message names; of the others it gives the number. */
const named = 5;

/** Throws UserError if files that no earlier call wrote are in the way of documents. */
async function refuseForeign(
  folder: string,
  documents: readonly FolderDocument[],
  ours: ReadonlySet<string>,
): Promise<void> {
  const found = await Promise.all(documents.map(({ path }) => inTheWay(folder, path, ours)));
  const foreign = [...new Set(found.filter((path) => path !== undefined))].map((path) => join(folder, path));
  if (foreign.length === 0) return;
  const more = foreign.length > named ? ` and ${foreign.length - named} more` : '';
  throw new UserError(
    `not written by lvsform, and in the way of its documents: ${foreign.slice(0, named).join(', ')}${more}; nothing was written`,
    { hint: 'name another directory with -o, or move them away' },
  );
}

/** The path of a file in the place of a document, or of a directory above it, that must not be replaced. */
async function inTheWay(
  folder: string,
  path: string,
  ours: ReadonlySet<string>,
): Promise<string | undefined> {
  const above = dirname(path);
  const blocked = above === '.' ? undefined : await fileAbove(folder, above);
  if (blocked !== undefined) return blocked;
  const there = await lstat(join(folder, path)).catch(() => undefined);
  return there === undefined || (ours.has(path) && !there.isDirectory()) ? undefined : path;
}

/** The first path, from a directory upwards, that is no directory. */
async function fileAbove(folder: string, path: string): Promise<string | undefined> {
  const parent = dirname(path);
  const blocked = parent === '.' ? undefined : await fileAbove(folder, parent);
  if (blocked !== undefined) return blocked;
  const there = await stat(join(folder, path)).catch(() => undefined);
  return there === undefined || there.isDirectory() ? undefined : path;
}

async function writeIndex(folder: string, documents: ReadonlyMap<string, string>): Promise<void> {
  const text = JSON.stringify({ version: 1, documents: Object.fromEntries(documents) }, null, 2);
  await writeWhole(join(folder, index), `${text}\n`);
}

/** The index. A file that cannot be read as one counts as none: then nothing is removed. */
async function readIndex(folder: string): Promise<[string, string][]> {
  const text = await readFile(join(folder, index), 'utf8').catch(() => '{}');
  try {
    const { data } = indexShape.safeParse(JSON.parse(text));
    return Object.entries(data?.documents ?? {}).filter(([path]) => isBelow(path));
  } catch {
    return [];
  }
}

function isBelow(path: string): boolean {
  return path !== '' && !path.startsWith('/') && normalize(path) === path && !path.startsWith('..');
}

async function removeEmpty(folder: string, path: string): Promise<void> {
  for (let each = path; each !== '.'; each = dirname(each)) {
    const gone = await rmdir(join(folder, each)).then(
      () => true,
      () => false,
    );
    if (!gone) return;
  }
}
