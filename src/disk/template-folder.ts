import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { TemplateSource } from '../render/templates.ts';
import { refused } from './errors.ts';
import { readText } from './text.ts';

/** The templates below a folder, which need not exist, by name. `origin` gives what messages call them. */
export async function readTemplateFolder(
  folder: string,
  origin: (name: string) => string,
): Promise<Map<string, TemplateSource>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      // A file of that name has no templates.
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
      return refused(`cannot read the templates in ${folder}`)(error);
    },
  );
  const files = entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.hbs'));
  const read = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    return [
      name.replace(/\.hbs$/, ''),
      { text: await readText(path, 'the template'), origin: origin(name) },
    ] as const;
  });
  return new Map((await Promise.all(read)).toSorted(([a], [b]) => a.localeCompare(b)));
}
