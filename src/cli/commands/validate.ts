import { readInventoryFiles } from '../../disk/inventory.ts';
import { readTemplates } from '../../disk/templates.ts';
import { readInventory } from '../../inventory/read.ts';
import { editorJsonSchema } from '../../inventory/shape.ts';
import { renderer } from '../../render/templates.ts';
import { plural, problemCount, problemLines } from '../../report/problems.ts';
import { moreAbout } from '../../report/rules-text.ts';
import type { Run } from '../command.ts';
import type { inventoryForms } from './inventory-forms.ts';
import { inventoryPath, ofInventory } from '../inventory.ts';

export const run: Run<typeof inventoryForms.validate> = async ({ options }, io) => {
  if (options.schema) {
    io.print(`${JSON.stringify(editorJsonSchema(), null, 2)}\n`);
    return 0;
  }
  const path = inventoryPath(options);
  const { files, templates } = await ofInventory(options, readInventoryFiles);
  const { inventory, problems } = readInventory(files, renderer(await readTemplates(templates)));
  const bad = inventory === undefined;
  if (options.json) io.json({ version: 1, valid: !bad, problems });
  else {
    io.print(problemLines(problems, io.style));
    const size = bad
      ? ''
      : ` (${plural(inventory.clusters.length, 'cluster')}, ${plural(inventory.hosts.length, 'host')})`;
    const more = moreAbout(problems);
    io.print(`${path}: ${problems.length === 0 ? 'no problems' : problemCount(problems)}${size}\n`);
    if (more !== undefined) io.tell(`${more}\n`);
  }
  return bad ? 1 : 0;
};
