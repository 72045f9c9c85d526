import pLimit from 'p-limit';
import type { HostPlan, Plan, Transaction } from '../plan/plan.ts';
import type { Surroundings } from '../plan/see.ts';
import { plannedTarget } from '../plan/target.ts';
import type { HostResult, Outcome } from '../report/events.ts';
import type { TransactionResult } from './outcome.ts';
import type { Holder } from './transaction.ts';
import { Work } from './work.ts';

/** Does exactly what a plan says, in its order, and tells what became of every host. */
export async function applyPlan(
  plan: Plan,
  holder: Holder,
  parallelism: number,
  surroundings: Surroundings,
): Promise<HostResult[]> {
  const work = new Work(plan, holder, surroundings);
  const limit = pLimit(parallelism);
  const busy = new Set(plan.transactions.map(({ host }) => host));
  for (const planned of plan.hosts) {
    if (!busy.has(planned.host)) surroundings.hosts.release(plannedTarget(planned));
  }
  const begun = new Map<string, Promise<TransactionResult>>();
  const begin = async (transaction: Transaction): Promise<TransactionResult> => {
    await Promise.all(earlierBatch(plan.transactions, transaction).map(async ({ id }) => begun.get(id)));
    const ended = await Promise.all(
      transaction.after.map(async (edge) => ({ edge, result: await begun.get(edge.transaction) })),
    );
    const broken = ended.find(({ edge, result }) => edge.requires && result?.outcome !== 'changed');
    const reason =
      transaction.blocked ??
      work.enough() ??
      (broken === undefined ? undefined : reasonOf(broken.edge.transaction, broken.result?.outcome));
    return reason === undefined ? limit(() => work.carryOut(transaction)) : work.skip(transaction, reason);
  };
  for (const transaction of plan.transactions) begun.set(transaction.id, begin(transaction));
  const results = new Map<string, TransactionResult[]>();
  for (const { id, host } of plan.transactions)
    results.set(host, [...(results.get(host) ?? []), await begun.get(id)!]);
  return plan.hosts.map((host) => resultOf(host, results.get(host.host) ?? []));
}

/** The transactions of the batch before, on the same side of the directors. */
function earlierBatch(all: readonly Transaction[], { batch, stages }: Transaction): Transaction[] {
  if (batch === undefined || batch.number === 0) return [];
  return all.filter(
    (other) => other.batch?.number === batch.number - 1 && other.stages.join() === stages.join(),
  );
}

function reasonOf(transaction: string, outcome: Outcome | undefined): string {
  return `it needs ${transaction}, which ${outcome === undefined ? 'is not in the plan' : `is ${outcome}`}`;
}

/** From the worst to the best: a host's outcome is the worst of its transactions'. */
const severity: readonly Outcome[] = [
  'half-undone',
  'failed',
  'unreachable',
  'blocked',
  'locked',
  'stale',
  'rolled-back',
  'skipped',
  'changed',
  'ok',
];

function resultOf({ host, state }: HostPlan, results: readonly TransactionResult[]): HostResult {
  if (state.is === 'unreachable') return { host, outcome: 'unreachable', message: state.reason };
  if (state.is === 'blocked') return { host, outcome: 'blocked', message: state.reasons.join('; ') };
  const [worst] = results.toSorted((a, b) => severity.indexOf(a.outcome) - severity.indexOf(b.outcome));
  if (worst === undefined) return { host, outcome: 'ok' };
  const { outcome, message, output } = worst;
  return {
    host,
    outcome,
    ...(message === undefined ? {} : { message }),
    ...(output === undefined ? {} : { output }),
  };
}
