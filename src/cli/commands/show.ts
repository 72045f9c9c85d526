import { cleanLine } from '../../text/clean.ts';
import { commandsText } from '../../report/commands-text.ts';
import { unlessTooLarge } from '../../plan/size.ts';
import { planJson } from '../../report/json.ts';
import { planText } from '../../report/plan-text.ts';
import type { Run } from '../command.ts';
import type { inventoryForms } from './inventory-forms.ts';
import { exit } from '../../report/exit-statuses.ts';
import { loadPlan } from '../plan-file.ts';

export const run: Run<typeof inventoryForms.show> = async ({ words, options }, io) => {
  const plan = await loadPlan(words[0]!);
  if (options.json) {
    unlessTooLarge(plan, () => io.json(planJson(plan)));
    return exit.done;
  }
  const head = cleanLine(`Plan ${plan.id} of ${plan.inventory}, made ${plan.createdAt}`);
  io.print(`${head}\n\n${planText(plan, io.style, options.full)}`);
  if (options.commands) io.print(`\n${commandsText(plan, io.style)}`);
  return exit.done;
};
