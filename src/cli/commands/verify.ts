import { hasChanges } from '../../plan/plan.ts';
import { planJson } from '../../report/json.ts';
import { planText } from '../../report/plan-text.ts';
import type { Run } from '../command.ts';
import { hostsFor } from '../hosts.ts';
import { loadInventory } from '../inventory.ts';
import { planNow, planStatus } from '../planning.ts';

export const run: Run = async (args, io) => {
  const loaded = await loadInventory(args, io);
  const hosts = await hostsFor(args, io, loaded.path);
  try {
    const plan = await planNow(loaded, args, io, hosts, { destroy: false, keep: false });
    const sound = !hasChanges(plan);
    if (args.flag('json')) io.print(`${JSON.stringify({ ...planJson(plan), sound })}\n`);
    else io.print(planText(plan, io.style, args.flag('full')));
    return planStatus(plan) || (sound ? 0 : 1);
  } finally {
    hosts.close();
  }
};
