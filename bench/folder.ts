import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for the time of a measurement. */
export interface Folder {
  readonly path: string;
  /** Writes a file, and gives its path. */
  readonly write: (name: string, text: string) => Promise<string>;
}

export async function withFolder<T>(work: (folder: Folder) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'lvsform-bench-'));
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(path, name), text);
    return join(path, name);
  };
  try {
    return await work({ path, write });
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
