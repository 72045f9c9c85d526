import { earlierBatches } from './batches.ts';
import { isReady, type Plan, type Transaction } from './plan.ts';

/**
 * For how many seconds apply may wait for connections to end, at most: what is drained on one host is drained together,
 * and hosts that do not wait for one another drain at the same time.
 */
export function longestDrain({ hosts, transactions }: Pick<Plan, 'hosts' | 'transactions'>): number {
  const byId = new Map(transactions.map((each) => [each.id, each] as const));
  const byHost = new Map(hosts.map((host) => [host.host, host] as const));
  const ends = new Map<string, number>();
  const endOf = (transaction: Transaction): number => {
    const known = ends.get(transaction.id);
    if (known !== undefined) return known;
    // A circle has no end; apply refuses it.
    ends.set(transaction.id, 0);
    const before = [
      ...transaction.after.flatMap(({ transaction: id }) => byId.get(id) ?? []),
      ...earlierBatches(transactions, transaction),
    ];
    const begins = before.reduce((latest, each) => Math.max(latest, endOf(each)), 0);
    const end = begins + drainOf(transaction, byHost.get(transaction.host));
    ends.set(transaction.id, end);
    return end;
  };
  return transactions.reduce((latest, each) => Math.max(latest, endOf(each)), 0);
}

/** The waits of one transaction: those of one place among its actions are one wait. */
function drainOf({ stages }: Transaction, host: Plan['hosts'][number] | undefined): number {
  if (host === undefined || !isReady(host)) return 0;
  const waits = new Map<string, number>();
  for (const action of host.state.changes.flatMap(({ actions }) => actions)) {
    if (action.do !== 'run' || action.waits === undefined || !stages.includes(action.stage)) continue;
    const place = `${action.stage} ${action.order}`;
    waits.set(place, Math.max(waits.get(place) ?? 0, action.waits));
  }
  return [...waits.values()].reduce((sum, each) => sum + each, 0);
}
