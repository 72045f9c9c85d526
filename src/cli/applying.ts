import { applyPlan } from '../apply/run.ts';
import { hasChanges, type Plan } from '../plan/plan.ts';
import { eventLine, summaryText } from '../report/apply-text.ts';
import type { Event, HostResult, Outcome } from '../report/events.ts';
import { eventJson } from '../report/json.ts';
import { planText } from '../report/plan-text.ts';
import { UserError } from '../report/user-error.ts';
import type { SshHosts } from '../ssh/hosts.ts';
import { holder, systemClock } from './hosts.ts';
import type { Io } from './io.ts';
import type { Args } from './options.ts';
import { loadSecrets } from './secrets.ts';

/** Shows a plan, asks where that is wanted, applies it and tells what became of every host. */
export async function applyNow(
  plan: Plan,
  args: Args,
  io: Io,
  hosts: SshHosts,
  options: { readonly ask: boolean; readonly question: string },
): Promise<number> {
  const json = args.flag('json');
  (json ? io.tell : io.print)(planText(plan, io.style, args.flag('full')));
  const work = hasChanges(plan);
  if (work && plan.dangers.length > 0 && !args.flag('force')) {
    throw new UserError(
      'this plan takes away more than is commonly meant (see above); where it is meant: --force',
    );
  }
  if (work && options.ask && !args.flag('yes') && !(await io.confirm(options.question))) {
    io.tell('Nothing was changed.\n');
    return 1;
  }
  const secrets = await loadSecrets(plan.secrets, plan.inventory);
  const emit = (event: Event): void => {
    if (json) io.print(eventJson(event));
    else io.print(eventLine(event, io.style));
  };
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    io.tell('Nothing more is begun; what was begun goes on to its end. Once more to leave at once.\n');
  };
  process.on('SIGINT', stop);
  const results = await applyPlan(plan, holder(`apply of plan ${plan.id}`), args.number('parallelism', 50), {
    hosts,
    clock: systemClock,
    emit,
    stopped: () => stopping,
    secrets,
  });
  process.removeListener('SIGINT', stop);
  emit({ type: 'summary', results });
  if (!json && (work || results.some(({ outcome }) => outcome !== 'ok')))
    io.print(summaryText(results, io.style));
  return statusOf(results);
}

/** Exit statuses, the gravest first. */
const statuses: readonly (readonly [Outcome, number])[] = [
  ['half-undone', 1],
  ['failed', 1],
  ['rolled-back', 5],
  ['stale', 4],
  ['locked', 6],
  ['blocked', 1],
  ['unreachable', 3],
  ['skipped', 1],
];

function statusOf(results: readonly HostResult[]): number {
  return statuses.find(([outcome]) => results.some((result) => result.outcome === outcome))?.[1] ?? 0;
}
