import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../../disk/documents.ts';
import { inventoryJsonSchema } from '../../inventory/shape.ts';
import { forwardingModes } from '../../model/cluster.ts';
import { UserError } from '../../report/user-error.ts';
import type { Run } from '../command.ts';

export const run: Run = async (args, io) => {
  const directory = args.words[0] ?? '.';
  const mode = args.text('mode') ?? 'dr';
  if (!forwardingModes.some((each) => each === mode)) {
    throw new UserError(`--mode takes ${forwardingModes.join(', ')}, not ${mode}`);
  }
  const failover = args.text('failover') ?? 'none';
  if (failover !== 'none') throw new UserError(`--failover takes none for now, not ${failover}`);
  const path = join(directory, 'inventory.yaml');
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined) throw new UserError(`${path} is there already, and stays as it is`);
  const text = await readFile(fileURLToPath(import.meta.resolve(`#templates/init/${mode}.yaml`)), 'utf8');
  await writeWhole(path, text);
  await writeWhole(
    join(directory, 'inventory.schema.json'),
    `${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`,
  );
  io.print(
    `${path} is an inventory to start from: correct its addresses, then lvsform validate -i ${path}\n`,
  );
  return 0;
};
