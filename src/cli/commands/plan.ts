import { checkOverwrite, checkPlace, writeWhole } from '../../disk/documents.ts';
import { isPlanFile, writePlan } from '../../plan/file.ts';
import { hasChanges, heldHosts, type Plan } from '../../plan/plan.ts';
import { unlessTooLarge } from '../../plan/size.ts';
import { planJson } from '../../report/json.ts';
import { planText } from '../../report/plan-text.ts';
import { line } from '../../shell/quote.ts';
import type { Args } from '../args.ts';
import type { Run } from '../command.ts';
import type { hostForms } from './host-forms.ts';
import { exit } from '../../report/exit-statuses.ts';
import { loadInventory } from '../inventory.ts';
import { connectionOptions, viaOption } from '../options.ts';
import { planNow, planStatus } from '../planning.ts';
import { secretSource } from '../secrets.ts';
import { siteFor } from '../via/site-for.ts';

export const run: Run<typeof hostForms.plan> = async (args, io) => {
  const { options } = args;
  const { output, json, full } = options;
  if (output !== undefined) {
    await checkPlace(output, 'file');
    await checkOverwrite(output, 'a plan of lvsform', isPlanFile, 'name another file with -o');
  }
  const loaded = await loadInventory(options, io);
  const site = await siteFor(options, io, loaded.path);
  try {
    const how = { destroy: options.destroy, keep: false };
    const plan = await planNow(loaded, options, io, site, how, secretSource(loaded.path));
    unlessTooLarge(plan, () => {
      if (json) io.json(planJson(plan));
      else io.print(planText(plan, io.style, full));
    });
    if (output !== undefined) {
      // Other users must not read how to reach the hosts and what runs there.
      await writeWhole(output, writePlan(plan), 0o600);
      io.tell(savedText(plan, output, args));
    }
    // Drift comes first: an unreachable host must not hide it.
    const differs = hasChanges(plan) || heldHosts(plan).length > 0;
    return options['detailed-exitcode'] && differs ? exit.changes : planStatus(plan);
  } finally {
    site.close();
  }
};

/** What to do with a plan that was saved. */
function savedText(plan: Plan, output: string, args: Args<typeof connectionOptions>): string {
  if (plan.transactions.length === 0) return `The plan is in ${output}; there is nothing in it to apply.\n`;
  const way = Object.entries(args.options)
    .filter(
      ([name]) => args.given.includes(name) && Object.hasOwn({ ...connectionOptions, ...viaOption }, name),
    )
    .flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
  const force = plan.dangers.length > 0 ? ['--force'] : [];
  return `The plan is in ${output}; apply it with: ${line(['lvsform', 'apply', output, ...way, ...force])}\n`;
}
