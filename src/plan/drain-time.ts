import { earlierBatches } from './batches.ts';
import type { Stage } from '../resources/kind.ts';
import { isReady, type Plan, type Transaction } from './plan.ts';

/**
 * For how many seconds apply may wait for connections to end, at most: what is drained on one host is drained together, and
 * hosts that do not wait for one another drain at the same time. A wait that began with an earlier transaction of its host
 * lasts until its own deadline, whenever the host comes to it.
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
    const stageEnd = (stage: Stage): number | undefined => {
      const other = transactions.find(
        ({ host, stages }) => host === transaction.host && stages.includes(stage),
      );
      return other === undefined || other === transaction ? undefined : endOf(other);
    };
    const end = waitsOf(transaction, byHost.get(transaction.host)).reduce(
      (now, waits) =>
        waits.reduce((last, { seconds, from }) => Math.max(last, (stageEnd(from) ?? now) + seconds), now),
      begins,
    );
    ends.set(transaction.id, end);
    return end;
  };
  return transactions.reduce((latest, each) => Math.max(latest, endOf(each)), 0);
}

/** One wait of a transaction, and the stage at whose end it begins. */
interface Wait {
  readonly seconds: number;
  readonly from: Stage;
}

/** The waits of one transaction, one after another: those of one place among its actions are one wait. */
function waitsOf({ stages }: Transaction, host: Plan['hosts'][number] | undefined): Wait[][] {
  if (host === undefined || !isReady(host)) return [];
  const actions = host.state.changes.flatMap((each) => each.actions);
  return stages.flatMap((stage) => {
    const places = new Map<number, Wait[]>();
    for (const action of actions) {
      if (action.do !== 'run' || action.waits === undefined || action.stage !== stage) continue;
      const wait = { seconds: action.waits, from: action.waitsFrom ?? stage };
      places.set(action.order, [...(places.get(action.order) ?? []), wait]);
    }
    return [...places.values()];
  });
}
