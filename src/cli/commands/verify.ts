import { hasChanges } from '../../plan/plan.ts';
import { unlessTooLarge } from '../../plan/size.ts';
import { planJson } from '../../report/json.ts';
import { planText } from '../../report/plan-text.ts';
import { findingsText } from '../../report/verify-text.ts';
import type { Run } from '../command.ts';
import type { hostForms } from './host-forms.ts';
import { exit } from '../../report/exit-statuses.ts';
import { loadInventory } from '../inventory.ts';
import { planNow, planStatus } from '../planning.ts';
import { secretSource } from '../secrets.ts';
import { siteFor } from '../via/site-for.ts';

export const run: Run<typeof hostForms.verify> = async ({ options }, io) => {
  const { json, full, requests, parallelism, shard } = options;
  const loaded = await loadInventory(options, io);
  const site = await siteFor(options, io, loaded.path);
  try {
    const how = { destroy: false, keep: true };
    const plan = await planNow(loaded, options, io, site, how, secretSource(loaded.path));
    if (!json) io.print(planText(plan, io.style, full));
    const reached = plan.hosts.filter(({ state, departed }) => state.is !== 'unreachable' && !departed);
    const { findings, unreachable } = await site.verify(
      {
        loaded,
        ...(shard === undefined ? {} : { shard }),
        hosts: new Set(reached.map(({ host }) => host)),
        requests,
        parallelism,
      },
      io.progress,
    );
    io.progress('');
    const sound = !hasChanges(plan) && findings.every((finding) => finding.sound !== 'no');
    if (json) unlessTooLarge(plan, () => io.json({ ...planJson(plan), sound, findings }));
    else io.print(findingsText(findings, io.style));
    // Findings come first: an unreachable host must not hide them.
    if (!sound) return exit.failed;
    return planStatus(plan) || (unreachable ? exit.unreachable : exit.done);
  } finally {
    site.close();
  }
};
