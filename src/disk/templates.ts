import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TemplateSource, TemplateSources } from '../render/templates.ts';
import { refused } from './errors.ts';
import { readHostLibrary } from './host-library.ts';
import { readText } from './text.ts';

const shipped = fileURLToPath(import.meta.resolve('#templates/partials/notice.hbs')).replace(
  /partials\/notice\.hbs$/,
  '',
);

/** The templates of lvsform, replaced by those in `overrides` (a directory that need not exist). */
export async function readTemplates(overrides?: string): Promise<TemplateSources> {
  const library = await readHostLibrary();
  const ours = await readFolder(shipped, (name) => `templates/${name}`);
  if (overrides === undefined) return { templates: ours, library };
  const theirs = await readFolder(overrides, (name) => join(overrides, name));
  return { templates: new Map([...ours, ...theirs]), library };
}

async function readFolder(
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
