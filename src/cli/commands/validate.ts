import { readInventoryFiles } from '../../disk/inventory.ts';
import { readTemplates } from '../../disk/templates.ts';
import { readInventory } from '../../inventory/read.ts';
import { inventoryJsonSchema } from '../../inventory/shape.ts';
import { renderer } from '../../render/templates.ts';
import { plural, problemCount, problemLines } from '../../report/problems.ts';
import { moreAbout } from '../../report/rules-text.ts';
import type { Run } from '../command.ts';
import { inventoryPath, ofInventory } from '../inventory.ts';

export const run: Run = async (args, io) => {
  if (args.flag('schema')) {
    io.print(`${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`);
    return 0;
  }
  const path = inventoryPath(args);
  const { files, templates } = await ofInventory(args, readInventoryFiles);
  const { inventory, problems } = readInventory(files, renderer(await readTemplates(templates)));
  const bad = inventory === undefined;
  if (args.flag('json')) io.json({ version: 1, valid: !bad, problems });
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
