import { planJson } from '../../report/json.ts';
import { planText } from '../../report/plan-text.ts';
import { UserError } from '../../report/user-error.ts';
import type { Run } from '../command.ts';
import { loadPlan } from '../plan-file.ts';

export const run: Run = async (args, io) => {
  const [path] = args.words;
  if (path === undefined) throw new UserError('say which plan: lvsform show FILE');
  const plan = await loadPlan(path);
  if (args.flag('json')) io.print(`${JSON.stringify(planJson(plan))}\n`);
  else
    io.print(
      `Plan ${plan.id} of ${plan.inventory}, made ${plan.createdAt}\n\n${planText(plan, io.style, args.flag('full'))}`,
    );
  return 0;
};
