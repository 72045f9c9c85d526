import type { Edge, Transaction } from '../plan/plan.ts';
import { isTaking } from '../resources/kind.ts';

/**
 * Why a transaction is begun though nothing more is to be begun: other directors have given up VIPs for it, and nobody has
 * them now. Those directors' edges; empty for any other transaction.
 */
export function owing(
  { stages, after }: Pick<Transaction, 'stages' | 'after'>,
  isDone: (transaction: string) => boolean,
): Edge[] {
  if (!stages.some(isTaking)) return [];
  return after.filter(({ transaction, vips = [] }) => vips.length > 0 && isDone(transaction));
}
