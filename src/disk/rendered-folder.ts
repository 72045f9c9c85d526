import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { z } from 'zod';
import { digest } from '../net/digest.ts';
import { writeWhole } from './documents.ts';

/** A document below the folder. */
export interface FolderDocument {
  /** Relative, without `..`. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** Which documents the last call wrote, by path, with their digests. */
const index = '.lvsform-rendered.json';
const indexShape = z.strictObject({ version: z.literal(1), documents: z.record(z.string(), z.string()) });

/**
 * Writes documents below a folder, and removes documents of an earlier call that are no longer among them. A document that
 * was edited since then stays, as do all other files. Throws UserError where a file cannot be written. Gives the paths that
 * were removed, and the paths of edited documents that stay.
 */
export async function writeFolder(
  folder: string,
  documents: readonly FolderDocument[],
): Promise<{ removed: string[]; stay: string[] }> {
  const before = await readIndex(folder);
  for (const { path, content, mode } of documents) await writeWhole(join(folder, path), content, mode);
  const now = new Map(documents.map(({ path, content }) => [path, digest(content)] as const));
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
  const text = JSON.stringify({ version: 1, documents: Object.fromEntries(now) }, null, 2);
  await writeWhole(join(folder, index), `${text}\n`);
  return { removed, stay };
}

/** What cannot be read as an index is none: then nothing is removed. */
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
