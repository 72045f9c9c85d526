import { join } from 'node:path';
import { rendered } from '../../components/rendered.ts';
import { checkPlace } from '../../disk/documents.ts';
import { writeFolder } from '../../disk/rendered-folder.ts';
import { plural } from '../../report/problems.ts';
import { UserError } from '../../user-error.ts';
import type { Run } from '../command.ts';
import type { inventoryForms } from './inventory-forms.ts';
import { loadInventory } from '../inventory.ts';

export const run: Run<typeof inventoryForms.render> = async ({ options }, io) => {
  const { output, family, json } = options;
  if (output === undefined)
    throw new UserError('-o is missing: render needs a directory to write to', {
      hint: 'lvsform render -o DIR',
    });
  await checkPlace(output, 'directory');
  const { inventory, render } = await loadInventory(options, io);
  const hosts = inventory.hosts.filter(({ managed }) => managed);
  const documents = hosts.flatMap((host) => rendered(inventory, host, family, render));
  const { removed, stay } = await writeFolder(
    output,
    documents.map(({ host, path, content, mode }) => ({
      path: join(host, path),
      content,
      mode: parseInt(mode, 8),
    })),
  );
  if (json) {
    io.json({ version: 1, documents: documents.map(({ host, path }) => ({ host, path })), removed });
  } else {
    io.print(`${plural(documents.length, 'document')} for ${plural(hosts.length, 'host')} in ${output}\n`);
    if (removed.length > 0) io.print(`${plural(removed.length, 'document')} of an earlier render removed\n`);
    for (const path of stay)
      io.tell(`${join(output, path)} is from an earlier render and was changed since: kept\n`);
  }
  return 0;
};
