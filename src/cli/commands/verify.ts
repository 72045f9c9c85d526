import { hasChanges } from '../../plan/plan.ts';
import { unlessTooLarge } from '../../plan/size.ts';
import { planJson } from '../../report/json.ts';
import { planText } from '../../report/plan-text.ts';
import { findingsText } from '../../report/verify-text.ts';
import { verify } from '../../verify/verify.ts';
import type { Run } from '../command.ts';
import { exit } from '../../report/exit-statuses.ts';
import { hostsFor, systemClock } from '../hosts.ts';
import { loadInventory } from '../inventory.ts';
import { planNow, planStatus } from '../planning.ts';

export const run: Run = async (args, io) => {
  const loaded = await loadInventory(args, io);
  const hosts = await hostsFor(args, io, loaded.path);
  try {
    const plan = await planNow(loaded, args, io, hosts, { destroy: false, keep: true });
    if (!args.flag('json')) io.print(planText(plan, io.style, args.flag('full')));
    const reached = plan.hosts.filter(({ state, departed }) => state.is !== 'unreachable' && !departed);
    const { findings, unreachable } = await verify(
      {
        inventory: loaded.inventory,
        hosts: new Set(reached.map(({ host }) => host)),
        requests: args.text('requests') === undefined ? undefined : args.number('requests', 1),
        parallelism: args.number('parallelism', 50),
      },
      { hosts, clock: systemClock, tell: io.progress },
    );
    io.progress('');
    const sound = !hasChanges(plan) && findings.every((finding) => finding.sound !== 'no');
    if (args.flag('json')) unlessTooLarge(plan, () => io.json({ ...planJson(plan), sound, findings }));
    else io.print(findingsText(findings, io.style));
    // Findings come first: an unreachable host must not hide them.
    if (!sound) return exit.failed;
    return planStatus(plan) || (unreachable ? exit.unreachable : exit.done);
  } finally {
    hosts.close();
  }
};
