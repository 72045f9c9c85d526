import { UserError } from '../user-error.ts';
import { earlierBatches } from './batches.ts';
import type { Transaction } from './plan.ts';

/** Transactions that wait for one another for ever, each for the next one; undefined if there are none. */
export function circleIn(transactions: readonly Transaction[]): Transaction[] | undefined {
  const byId = new Map(transactions.map((each) => [each.id, each] as const));
  const waits = new Map(
    transactions.map((each) => [
      each,
      new Set([
        ...each.after.flatMap(({ transaction }) => byId.get(transaction) ?? []),
        ...earlierBatches(transactions, each),
      ]),
    ]),
  );
  const open = withoutEnding(waits);
  const way: Transaction[] = [];
  for (let [each] = open; each !== undefined; each = [...waits.get(each)!].find((other) => open.has(other))) {
    if (way.includes(each)) return way.slice(way.indexOf(each));
    way.push(each);
  }
  return undefined;
}

/** The transactions that never begin, if each begins once all for which it waits have ended. */
function withoutEnding(waits: ReadonlyMap<Transaction, ReadonlySet<Transaction>>): Set<Transaction> {
  const waiting = new Map<Transaction, Transaction[]>();
  const left = new Map([...waits].map(([each, others]) => [each, others.size] as const));
  for (const [each, others] of waits) {
    for (const other of others) {
      const known = waiting.get(other);
      if (known === undefined) waiting.set(other, [each]);
      else known.push(each);
    }
  }
  const ends = [...waits.keys()].filter((each) => left.get(each) === 0);
  for (const each of ends) {
    for (const other of waiting.get(each) ?? []) {
      left.set(other, left.get(other)! - 1);
      if (left.get(other) === 0) ends.push(other);
    }
  }
  const ending = new Set(ends);
  return new Set([...waits.keys()].filter((each) => !ending.has(each)));
}

/** Throws UserError if transactions wait for one another: such a plan would never end. */
export function refuseCircles(transactions: readonly Transaction[]): void {
  const circle = circleIn(transactions);
  if (circle === undefined) return;
  const names = circle.map(({ id }) => id).join(', ');
  throw new UserError(`this plan would never end, since these wait for one another: ${names}`, {
    hint: `change one of these hosts after the other, with --limit: ${[...new Set(circle.map(({ host }) => host))].join(', ')}`,
  });
}
