import type { Transaction } from './plan.ts';

/** `3`, or `25%` of all, as it was written. */
export type Size = string;

export function isSize(text: string): boolean {
  return /^[1-9]\d{0,5}$/.test(text) || /^([1-9]\d?|100)%$/.test(text);
}

/** How many hosts of `all` are in a batch of this size; at least one. */
export function countOf(size: Size, all: number): number {
  return Math.max(1, shareOf(size, all));
}

/** How many hosts of `all` may fail, where so many or such a share of them may (`--max-failures`); perhaps none, as with `0`. */
export function mostFailures(bound: Size, all: number): number {
  return shareOf(bound, all);
}

function shareOf(size: Size, all: number): number {
  return size.endsWith('%') ? Math.floor((Number(size.slice(0, -1)) * all) / 100) : Number(size);
}

/**
 * Real servers one batch after the other: the first size for the first batch, the last one for all that follow.
 * Directors go one after another anyway. A batch begins when the one before it has ended.
 */
export function inBatches(
  transactions: readonly Transaction[],
  isSender: (host: string) => boolean,
  sizes: readonly Size[],
): Transaction[] {
  if (sizes.length === 0) return [...transactions];
  const hosts = [...new Set(transactions.map(({ host }) => host))].filter((host) => !isSender(host));
  const batchOf = new Map<string, number>();
  let batch = 0;
  for (let at = 0; at < hosts.length; batch++) {
    const size = countOf(sizes[Math.min(batch, sizes.length - 1)]!, hosts.length);
    for (const host of hosts.slice(at, at + size)) batchOf.set(host, batch);
    at += size;
  }
  return transactions.map((transaction) => {
    const number = batchOf.get(transaction.host);
    return number === undefined ? transaction : { ...transaction, batch: { number, of: batch } };
  });
}

/**
 * What a transaction of a batch waits for: those of the batches before, on the same side of the directors. A host that is
 * made ready in one transaction with all else is on the side of those that are made ready first.
 */
export function earlierBatches(all: readonly Transaction[], { batch, stages }: Transaction): Transaction[] {
  if (batch === undefined) return [];
  return all.filter(
    (other) =>
      other.batch !== undefined &&
      other.batch.number < batch.number &&
      sideOf(other.stages) === sideOf(stages),
  );
}

function sideOf(stages: Transaction['stages']): 'ready' | 'retire' | 'roster' {
  return stages.length === 0 ? 'roster' : stages.includes('prepare') ? 'ready' : 'retire';
}
