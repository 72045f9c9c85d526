import { checkOverwrite, checkPlace, writeWhole } from '../../disk/documents.ts';
import { isPlanFile, writePlan } from '../../plan/file.ts';
import { hasChanges, heldHosts, type Plan } from '../../plan/plan.ts';
import { unlessTooLarge } from '../../plan/size.ts';
import { planJson } from '../../report/json.ts';
import { planText } from '../../report/plan-text.ts';
import { line } from '../../shell/quote.ts';
import type { Run } from '../command.ts';
import { exit } from '../../report/exit-statuses.ts';
import { hostsFor } from '../hosts.ts';
import { loadInventory } from '../inventory.ts';
import { type Args, connectionOptions } from '../options.ts';
import { planNow, planStatus } from '../planning.ts';

export const run: Run = async (args, io) => {
  const output = args.text('output');
  if (output !== undefined) {
    await checkPlace(output, 'file');
    await checkOverwrite(output, 'a plan of lvsform', isPlanFile, 'name another file with -o');
  }
  const loaded = await loadInventory(args, io);
  const hosts = await hostsFor(args, io, loaded.path);
  try {
    const plan = await planNow(loaded, args, io, hosts, { destroy: args.flag('destroy'), keep: false });
    unlessTooLarge(plan, () => {
      if (args.flag('json')) io.json(planJson(plan));
      else io.print(planText(plan, io.style, args.flag('full')));
    });
    if (output !== undefined) {
      // Other users must not read how to reach the hosts and what runs there.
      await writeWhole(output, writePlan(plan), 0o600);
      io.tell(savedText(plan, output, args));
    }
    // Drift comes first: an unreachable host must not hide it.
    const differs = hasChanges(plan) || heldHosts(plan).length > 0;
    return args.flag('detailed-exitcode') && differs ? exit.changes : planStatus(plan);
  } finally {
    hosts.close();
  }
};

/** What to do with a plan that was saved. */
function savedText(plan: Plan, output: string, args: Args): string {
  if (plan.transactions.length === 0) return `The plan is in ${output}; there is nothing in it to apply.\n`;
  const way = Object.entries(connectionOptions).flatMap(([name, { type }]) => {
    if (type === 'boolean') return args.flag(name) ? [`--${name}`] : [];
    const value = args.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  const force = plan.dangers.length > 0 ? ['--force'] : [];
  return `The plan is in ${output}; apply it with: ${line(['lvsform', 'apply', output, ...way, ...force])}\n`;
}
