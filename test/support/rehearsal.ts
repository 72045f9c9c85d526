import { owing } from '../../src/apply/urgent.ts';
import type { Transaction } from '../../src/plan/plan.ts';

export type Ending = 'done' | 'failed' | 'skipped';

/** What became of a transaction, in the order in which they ended. */
export interface Ended {
  readonly transaction: Transaction;
  readonly ending: Ending;
}

/**
 * Goes through an order as apply does, on paper and one by one: a transaction begins once all that it comes after have
 * ended; it is skipped where it is blocked, or where one that it requires was not done, or where the run has been stopped
 * and no other director has given up a VIP for it. `pick` chooses among those that may begin; `stopped` is asked with how
 * many have ended. Throws where transactions wait for one another for ever.
 */
export function rehearse(
  transactions: readonly Transaction[],
  fails: (transaction: Transaction) => boolean,
  pick: (from: number) => number = () => 0,
  stopped: (ended: number) => boolean = () => false,
): Ended[] {
  const endings = new Map<string, Ending>();
  const result: Ended[] = [];
  let open = [...transactions];
  while (open.length > 0) {
    const free = open.filter(({ after }) => after.every(({ transaction }) => endings.has(transaction)));
    const next = free[pick(free.length) % Math.max(1, free.length)];
    if (next === undefined) throw new Error(`these wait for ever: ${open.map(({ id }) => id).join(', ')}`);
    const lacks = next.after.some((edge) => edge.requires && endings.get(edge.transaction) !== 'done');
    const isDone = (id: string): boolean => endings.get(id) === 'done';
    const stays = stopped(result.length) && owing(next, isDone).length === 0;
    const ending = next.blocked !== undefined || lacks || stays ? 'skipped' : fails(next) ? 'failed' : 'done';
    endings.set(next.id, ending);
    result.push({ transaction: next, ending });
    open = open.filter((each) => each !== next);
  }
  return result;
}

/** Transactions that are not begun where those on these hosts fail. */
export function skippedWhere(transactions: readonly Transaction[], ...failing: readonly string[]): string[] {
  return rehearse(transactions, ({ host }) => failing.includes(host))
    .filter(({ ending }) => ending === 'skipped')
    .map(({ transaction }) => transaction.id);
}

/** True where one transaction always ends before the other begins. */
export function isBefore(transactions: readonly Transaction[], first: string, second: string): boolean {
  const byId = new Map(transactions.map((each) => [each.id, each] as const));
  const seen = new Set<string>();
  const reaches = (id: string): boolean => {
    if (seen.has(id)) return false;
    seen.add(id);
    return (byId.get(id)?.after ?? []).some(
      ({ transaction }) => transaction === first || reaches(transaction),
    );
  };
  return reaches(second);
}

/** An order in lines: `lb1 needs rs1 prepare, after rs2`, `rs1 retire blocked: ...`. */
export function orderText(transactions: readonly Transaction[]): string[] {
  return transactions.map(({ id, after, blocked: why }) => {
    const needs = after.filter(({ requires }) => requires).map(({ transaction }) => transaction);
    const later = after.filter(({ requires }) => !requires).map(({ transaction }) => transaction);
    return [
      id,
      ...(needs.length > 0 ? [` needs ${needs.toSorted().join(' and ')}`] : []),
      ...(later.length > 0 ? [` after ${later.toSorted().join(' and ')}`] : []),
      ...(why === undefined ? [] : [`, blocked: ${why}`]),
    ].join('');
  });
}
