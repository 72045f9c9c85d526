import type { Run } from '../command.ts';
import { applyNow } from '../applying.ts';
import { hostsFor } from '../hosts.ts';
import { loadInventory } from '../inventory.ts';
import { UserError } from '../../report/user-error.ts';
import { loadPlan } from '../plan-file.ts';
import { planNow } from '../planning.ts';

export const run: Run = async (args, io) => {
  const [file] = args.words;
  const saved = file === undefined ? undefined : await loadPlan(file);
  const said = ['allow', 'batch'].find((name) => args.list(name).length > 0);
  const more =
    said ??
    ['keep-weights', 'switch-over'].find((name) => args.flag(name)) ??
    (args.text('max-failures') && 'max-failures');
  if (saved !== undefined && more !== undefined) {
    throw new UserError(`a saved plan is applied as it is: say --${more} to lvsform plan`);
  }
  const loaded = saved === undefined ? await loadInventory(args, io) : undefined;
  const hosts = await hostsFor(args, io, (saved?.inventory ?? loaded?.path)!);
  try {
    const plan = saved ?? (await planNow(loaded!, args, io, hosts, { destroy: false, keep: true }));
    const question = '\nApply these changes? Only yes is taken for a yes: ';
    return await applyNow(plan, args, io, hosts, { ask: saved === undefined, question });
  } finally {
    hosts.close();
  }
};
