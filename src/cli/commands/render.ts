import { join } from 'node:path';
import { rendered } from '../../components/rendered.ts';
import { checkPlace, writeWhole } from '../../disk/documents.ts';
import type { Family } from '../../model/family.ts';
import { plural } from '../../report/problems.ts';
import { UserError } from '../../report/user-error.ts';
import type { Run } from '../command.ts';
import { loadInventory } from '../inventory.ts';

export const run: Run = async (args, io) => {
  const output = args.text('output');
  if (output === undefined)
    throw new UserError('-o is missing: render needs a directory to write to', {
      hint: 'lvsform render -o DIR',
    });
  await checkPlace(output, 'directory');
  const family = (args.text('family') ?? 'debian') as Family;
  const { inventory, render } = await loadInventory(args, io);
  const hosts = inventory.hosts.filter(({ managed }) => managed);
  const documents = hosts.flatMap((host) => rendered(inventory, host, family, render));
  for (const { host, path, content, mode } of documents) {
    await writeWhole(join(output, host, path), content, parseInt(mode, 8));
  }
  if (args.flag('json')) {
    io.json({ version: 1, documents: documents.map(({ host, path }) => ({ host, path })) });
  } else {
    io.print(`${plural(documents.length, 'document')} for ${plural(hosts.length, 'host')} in ${output}\n`);
  }
  return 0;
};
