import type { Edge, Transaction } from '../plan/plan.ts';
import { isTaking } from '../resources/kind.ts';

/**
 * The edges to directors that have given up VIPs for this transaction, so that no director has them now. Such a transaction
 * begins even after a stop. Empty for any other transaction.
 */
export function owing(
  { stages, after }: Pick<Transaction, 'stages' | 'after'>,
  isDone: (transaction: string) => boolean,
): Edge[] {
  if (!stages.some(isTaking)) return [];
  return after.filter(({ transaction, vips = [] }) => vips.length > 0 && isDone(transaction));
}
