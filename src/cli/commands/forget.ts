import { forgetPlan } from '../../plan/forget.ts';
import type { Run } from '../command.ts';
import { applyNow } from '../applying.ts';
import { hostsFor, systemClock } from '../hosts.ts';
import { loadInventory } from '../inventory.ts';

export const run: Run = async (args, io) => {
  const { inventory, path } = await loadInventory(args, io);
  const hosts = await hostsFor(args, io, path);
  try {
    const parallelism = args.number('parallelism', 50);
    const names = [...new Set(args.words)];
    const surroundings = { hosts, clock: systemClock, emit: () => {} };
    const plan = await forgetPlan({ inventory, path, names, parallelism }, surroundings);
    const question =
      '\nGive these hosts up? What runs there keeps running, and no inventory manages it. Type yes to continue: ';
    return await applyNow(plan, args, io, hosts, {
      ask: true,
      question,
      secrets: () => Promise.resolve(new Map()),
    });
  } finally {
    hosts.close();
  }
};
