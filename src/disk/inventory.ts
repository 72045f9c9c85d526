import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SourceFile } from '../inventory/yaml.ts';
import { UserError } from '../user-error.ts';
import { line } from '../shell/quote.ts';
import { refused } from './errors.ts';
import { readText } from './text.ts';

export interface InventoryFiles {
  readonly files: SourceFile[];
  /** The folder of the user's own templates; it need not exist. */
  readonly templates: string;
}

/** The files of an inventory: the file itself, or every YAML file of a directory, in the order of their names. */
export async function readInventoryFiles(path: string): Promise<InventoryFiles> {
  const directory = await isDirectory(path);
  const names = directory ? await yamlFiles(path) : [path];
  if (names.length === 0) {
    throw new UserError(
      `${path} has no .yaml files; make an inventory with: ${line(['lvsform', 'init', path])}`,
    );
  }
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readText(name, 'the inventory') })),
  );
  return { files, templates: join(directory ? path : dirname(path), 'templates') };
}

/** True for a directory, false for anything else. Throws UserError if there is no inventory at all. */
export async function isDirectory(path: string): Promise<boolean> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    return refused(`cannot read the inventory ${path}`)(error);
  });
  if (there !== undefined) return there.isDirectory();
  throw new UserError(`there is no inventory at ${path}; name one with -i, or make one with: lvsform init`);
}

async function yamlFiles(path: string): Promise<string[]> {
  const names = await readdir(path).catch(refused(`cannot read the inventory ${path}`));
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(path, name));
}
