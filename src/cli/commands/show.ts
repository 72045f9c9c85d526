import { cleanLine } from '../../text/clean.ts';
import { commandsText } from '../../report/commands-text.ts';
import { unlessTooLarge } from '../../plan/size.ts';
import { planJson } from '../../report/json.ts';
import { planText } from '../../report/plan-text.ts';
import type { Run } from '../command.ts';
import { exit } from '../../report/exit-statuses.ts';
import { loadPlan } from '../plan-file.ts';

export const run: Run = async (args, io) => {
  const plan = await loadPlan(args.words[0]!);
  if (args.flag('json')) {
    unlessTooLarge(plan, () => io.json(planJson(plan)));
    return exit.done;
  }
  const head = cleanLine(`Plan ${plan.id} of ${plan.inventory}, made ${plan.createdAt}`);
  io.print(`${head}\n\n${planText(plan, io.style, args.flag('full'))}`);
  if (args.flag('commands')) io.print(`\n${commandsText(plan, io.style)}`);
  return exit.done;
};
