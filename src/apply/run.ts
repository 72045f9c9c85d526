import pLimit from 'p-limit';
import { earlierBatches } from '../plan/batches.ts';
import type { Edge, Plan, Transaction } from '../plan/plan.ts';
import type { Surroundings } from '../plan/see.ts';
import { isTaking } from '../resources/kind.ts';
import { plannedTarget } from '../plan/target.ts';
import type { HostResult, Outcome } from '../plan/events.ts';
import { type Ended, hostResult, isDone } from './host-result.ts';
import type { TransactionResult } from './outcome.ts';
import type { Holder } from './transaction.ts';
import { withoutHolder } from './no-holder.ts';
import { owing } from './urgent.ts';
import { Work } from './work.ts';

/** Does exactly what a plan says, in its order, and returns the result of each host. */
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
    // A transaction of an earlier batch may come later in the list.
    await Promise.resolve();
    await Promise.all(earlierBatches(plan.transactions, transaction).map(async ({ id }) => begun.get(id)));
    const ended = await Promise.all(
      transaction.after.map(async (edge) => ({ edge, result: await begun.get(edge.transaction) })),
    );
    const broken = ended.find(({ edge, result }) => edge.requires && !isDone(result?.outcome));
    const done = new Set(
      ended.filter(({ result }) => isDone(result?.outcome)).map(({ edge }) => edge.transaction),
    );
    const urgent = owing(transaction, (id) => done.has(id)).map((edge) => givenUp(edge, plan));
    const reason =
      transaction.blocked ??
      (urgent.length > 0 ? undefined : work.enough()) ??
      (broken === undefined ? undefined : reasonOf(transaction, broken.edge, broken.result?.outcome, plan));
    const outcomeOf = new Map(ended.map(({ edge, result }) => [edge.transaction, result?.outcome] as const));
    const lost = (outcome: Outcome): string =>
      withoutHolder(
        transaction,
        outcome,
        (id) => outcomeOf.get(id),
        (id) => hostOf(id, plan),
      );
    return reason === undefined
      ? limit(() => work.carryOut(transaction, urgent, lost))
      : work.skip(transaction, `${reason}${lost('skipped')}`);
  };
  for (const transaction of plan.transactions) begun.set(transaction.id, begin(transaction));
  const ended = new Map<string, Ended[]>();
  for (const transaction of plan.transactions) {
    const { id, host } = transaction;
    ended.set(host, [...(ended.get(host) ?? []), { transaction, result: await begun.get(id)! }]);
  }
  return plan.hosts.map((host) => hostResult(host, ended.get(host.host) ?? []));
}

/** The outcome of a host, in the message of another host that waits for it. */
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
  broken: 'gave an incomplete answer',
  unknown: 'has no result',
  refused: 'refused our login',
  'host-key': 'shows a host key that is not the known one',
  sudo: 'refused sudo',
  blocked: 'cannot be changed',
  skipped: 'was skipped',
};

/** Why a transaction is not begun: `lb1 is locked`. If a VIP moves, the reason names it, and the other director. */
function reasonOf(
  { stages }: Transaction,
  { transaction, vips = [] }: Edge,
  outcome: Outcome | undefined,
  plan: Plan,
): string {
  const state = outcome === undefined ? 'is not in the plan' : states[outcome];
  if (vips.length === 0) return `${transaction} ${state}`;
  const host = hostOf(transaction, plan);
  return stages.some(isTaking)
    ? `${host} should give up ${vips.join(', ')} first, but ${state}`
    : `it keeps ${vips.join(', ')}: ${host} should take it, but ${state}`;
}

/** The VIPs that another director has given up for a transaction: `lb1 has given up 10.0.0.1`. */
function givenUp({ transaction, vips = [] }: Edge, plan: Plan): string {
  return `${hostOf(transaction, plan)} has given up ${vips.join(', ')}`;
}

function hostOf(transaction: string, { transactions }: Plan): string {
  return transactions.find(({ id }) => id === transaction)?.host ?? transaction;
}
