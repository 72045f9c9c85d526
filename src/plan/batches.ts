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

/** How many hosts of `all` may fail, by a number or a share (`--max-failures`); none with `0`. */
export function mostFailures(bound: Size, all: number): number {
  return shareOf(bound, all);
}

function shareOf(size: Size, all: number): number {
  return size.endsWith('%') ? Math.floor((Number(size.slice(0, -1)) * all) / 100) : Number(size);
}

/**
 * Puts real servers into batches: the first batch has the first size, and the last size counts for all that follow. A batch
 * begins when the one before it has ended. Directors are changed one after another anyway.
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
 * The transactions for which one of a batch waits: those of earlier batches on the same side of the directors, before or
 * after them. A host that is done in one transaction counts as one that is prepared before the directors.
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
