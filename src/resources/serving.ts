import { destinationKey, type TableDestination } from './ipvs-table.ts';
import type { Change, Comparison } from './kind.ts';

/**
 * How many real servers of a service take new connections now and afterwards, and how many of them each verb brings.
 * `keepWeights`: those that are there keep their weights.
 */
export function servingOf(
  wanted: readonly TableDestination[],
  has: readonly TableDestination[],
  keepWeights: boolean,
): Required<Pick<Change, 'serving'> & Pick<Comparison, 'gains'>> {
  const old = new Map(has.map((each) => [destinationKey(each), each] as const));
  const stay = new Set(wanted.map(destinationKey));
  const before = has.filter(takes).length;
  const gains = {
    add: wanted.filter((each) => !old.has(destinationKey(each)) && takes(each)).length,
    change: keepWeights
      ? 0
      : wanted.reduce((sum, each) => sum + turned(each, old.get(destinationKey(each))), 0),
    remove: -has.filter((each) => !stay.has(destinationKey(each)) && takes(each)).length,
  };
  return { serving: { before, after: before + gains.add + gains.change + gains.remove }, gains };
}

/** 1 for a real server that begins to take connections by its new weight, -1 for one that ends, 0 for others. */
function turned(want: TableDestination, has: TableDestination | undefined): number {
  return has === undefined ? 0 : Number(takes(want)) - Number(takes(has));
}

function takes({ weight }: TableDestination): boolean {
  return weight > 0;
}
