import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SourceFile } from '../inventory/yaml.ts';
import { UserError } from '../report/user-error.ts';

export interface InventoryFiles {
  readonly files: SourceFile[];
  /** Where templates of the user's own may lie. */
  readonly templates: string;
}

/** The files of an inventory: the file itself, or every YAML file of a directory, in the order of their names. */
export async function readInventoryFiles(path: string): Promise<InventoryFiles> {
  try {
    const directory = (await stat(path)).isDirectory();
    const names = directory ? await yamlFiles(path) : [path];
    if (names.length === 0) {
      throw new UserError(`${path} has no .yaml files; make an inventory with: lvsform init ${path}`);
    }
    const files = await Promise.all(
      names.map(async (name) => ({ name, text: await readFile(name, 'utf8') })),
    );
    return { files, templates: join(directory ? path : dirname(path), 'templates') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new UserError(
        `there is no inventory at ${path}; name one with -i, or make one with: lvsform init`,
        { cause: error },
      );
    }
    throw error;
  }
}

async function yamlFiles(path: string): Promise<string[]> {
  const names = await readdir(path);
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(path, name));
}
