import { join } from 'node:path';
import type { TemplateSources } from '../render/templates.ts';
import { readHostLibrary } from './host-library.ts';
import { shippedTemplates } from './shipped.ts';
import { readTemplateFolder } from './template-folder.ts';

/** The templates of lvsform, replaced by those in `overrides` (a directory that need not exist). */
export async function readTemplates(overrides?: string): Promise<TemplateSources> {
  const library = await readHostLibrary();
  const ours = await shippedTemplates();
  if (overrides === undefined) return { templates: ours, library };
  const theirs = await readTemplateFolder(overrides, (name) => join(overrides, name));
  return { templates: new Map([...ours, ...theirs]), library };
}
