import { join } from 'node:path';
import { rendered } from '../../components/rendered.ts';
import { writeWhole } from '../../disk/documents.ts';
import { families } from '../../model/family.ts';
import { TemplateError } from '../../render/templates.ts';
import { plural } from '../../report/problems.ts';
import { UserError } from '../../report/user-error.ts';
import type { Run } from '../command.ts';
import { loadInventory } from '../inventory.ts';

export const run: Run = async (args, io) => {
  const output = args.text('output');
  if (output === undefined) throw new UserError('say where to write to: -o DIR');
  const wanted = args.text('family') ?? 'debian';
  const family = families.find((each) => each === wanted);
  if (family === undefined) throw new UserError(`--family takes ${families.join(', ')}, not ${wanted}`);
  const { inventory, render } = await loadInventory(args, io);
  const hosts = inventory.hosts.filter(({ managed }) => managed);
  try {
    const documents = hosts.flatMap((host) => rendered(inventory, host, family, render));
    for (const { host, path, content, mode } of documents) {
      await writeWhole(join(output, host, path), content, parseInt(mode, 8));
    }
    if (args.flag('json'))
      io.print(
        `${JSON.stringify({ version: 1, documents: documents.map(({ host, path }) => ({ host, path })) })}\n`,
      );
    else
      io.print(`${plural(documents.length, 'document')} for ${plural(hosts.length, 'host')} in ${output}\n`);
  } catch (error) {
    if (error instanceof TemplateError) throw new UserError(error.message, { cause: error });
    throw error;
  }
  return 0;
};
