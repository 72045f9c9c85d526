import pLimit from 'p-limit';
import { earlierBatches } from '../plan/batches.ts';
import type { Plan, Transaction } from '../plan/plan.ts';
import type { Surroundings } from '../plan/see.ts';
import { plannedTarget } from '../plan/target.ts';
import type { HostResult, Outcome } from '../report/events.ts';
import { type Ended, hostResult, isDone } from './host-result.ts';
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
    // Of the batches before, some may stand further down in the list.
    await Promise.resolve();
    await Promise.all(earlierBatches(plan.transactions, transaction).map(async ({ id }) => begun.get(id)));
    const ended = await Promise.all(
      transaction.after.map(async (edge) => ({ edge, result: await begun.get(edge.transaction) })),
    );
    const broken = ended.find(({ edge, result }) => edge.requires && !isDone(result?.outcome));
    const reason =
      transaction.blocked ??
      work.enough() ??
      (broken === undefined ? undefined : reasonOf(broken.edge.transaction, broken.result?.outcome));
    return reason === undefined ? limit(() => work.carryOut(transaction)) : work.skip(transaction, reason);
  };
  for (const transaction of plan.transactions) begun.set(transaction.id, begin(transaction));
  const ended = new Map<string, Ended[]>();
  for (const transaction of plan.transactions) {
    const { id, host } = transaction;
    ended.set(host, [...(ended.get(host) ?? []), { transaction, result: await begun.get(id)! }]);
  }
  return plan.hosts.map((host) => hostResult(host, ended.get(host.host) ?? []));
}

/** How the outcome of one host is told to another that waits for it. */
const states: Record<Outcome, string> = {
  ok: 'is ok',
  changed: 'was changed',
  applied: 'was changed',
  'in-part': 'was changed in part',
  failed: 'failed',
  'rolled-back': 'was rolled back',
  'half-undone': 'failed, and not all of it could be undone',
  stale: 'is no longer what the plan saw',
  locked: 'is locked',
  unreachable: 'cannot be reached',
  broken: 'gave no whole answer',
  refused: 'refused our login',
  'host-key': 'shows a host key that is not the known one',
  sudo: 'refused sudo',
  blocked: 'cannot be changed',
  skipped: 'was skipped',
};

/** Why a transaction is not begun: `lb1 is locked`. */
function reasonOf(transaction: string, outcome: Outcome | undefined): string {
  return `${transaction} ${outcome === undefined ? 'is not in the plan' : states[outcome]}`;
}
