/** What a figure was over several runs. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The middle one, or the mean of the two in the middle. Throws where there is no value. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('no run was counted');
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

export function spread(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/** The ratio of each pair of runs that were made one after the other: a machine that becomes slower slows both. */
export function ratios(ours: readonly number[], others: readonly number[]): Spread {
  if (ours.length !== others.length) throw new Error('runs that are no pairs');
  return spread(ours.map((value, index) => value / others[index]!));
}

/** `94 ms`, `4.02 s`, `153 s`. */
export function seconds(value: number): string {
  if (value < 1) return `${(value * 1000).toFixed(0)} ms`;
  return `${value.toFixed(value < 100 ? 2 : 0)} s`;
}

/** `1.38 (1.31 to 1.45)`: the median, the smallest and the largest; of one run the ratio alone. */
export function ratio({ min, median: middle, max }: Spread): string {
  if (min === max) return middle.toFixed(2);
  return `${middle.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
}
