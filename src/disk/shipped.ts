import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TemplateSource } from '../render/templates.ts';
import { readTemplateFolder } from './template-folder.ts';
import { readText } from './text.ts';

/**
 * The texts that lvsform brings along, read from their files. The bundle of a package has a module with the texts
 * themselves in the place of this one, and with templates that are compiled already (test/scripts/shipped.ts).
 */

/** The templates by name, `COMPONENT/NAME`. */
export function shippedTemplates(): Promise<ReadonlyMap<string, TemplateSource>> {
  const notice = fileURLToPath(import.meta.resolve('#templates/partials/notice.hbs'));
  return readTemplateFolder(dirname(dirname(notice)), (name) => `templates/${name}`);
}

/** The texts of the shell functions for hosts, by file: `src/host/NAME.sh`. */
export async function shippedFunctions(): Promise<ReadonlyMap<string, string>> {
  const folder = dirname(fileURLToPath(import.meta.resolve('#host/begin.sh')));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sh')).toSorted();
  const texts = names.map(async (name) => {
    const text = await readText(join(folder, name), 'the shell functions');
    return [`src/host/${name}`, text] as const;
  });
  return new Map(await Promise.all(texts));
}
