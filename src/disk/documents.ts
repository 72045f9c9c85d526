import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file whole or not at all: beside its place first, then by a rename. */
export async function writeWhole(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const staged = join(dirname(path), `.${process.pid}.${path.split('/').at(-1)}`);
  await writeFile(staged, text, { mode });
  await chmod(staged, mode);
  await rename(staged, path);
}
