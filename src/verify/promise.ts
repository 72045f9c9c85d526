import type { Destination, VirtualService } from '../model/cluster.ts';

/**
 * What a scheduler promises to one client that asks again and again, each time over a new connection (ipvsadm(8);
 * net/netfilter/ipvs):
 * shares: each real server its turns, in every round; one: always the same real server; some: any that has a
 * weight, since it depends on what else they have to do.
 */
export type Promised =
  | { readonly kind: 'shares'; readonly turns: ReadonlyMap<string, number> }
  | { readonly kind: 'one'; readonly of: readonly string[] }
  | { readonly kind: 'some'; readonly of: readonly string[] };

/** By the client's address (sh, mh) or the VIP (dh, lblc, lblcr), which stays the same here. */
const byHash = new Set(['sh', 'mh', 'dh', 'lblc', 'lblcr']);
/** By these flags the client's port counts as well, and that is another one each time. */
const byPort = new Set(['sh-port', 'mh-port']);
/** To the real server with the greatest weight, until it is gone or full. */
const toHeaviest = new Set(['fo', 'ovf']);

export function promiseOf({ scheduler, flags, persistence, destinations, sorry }: VirtualService): Promised {
  const able = destinations.filter(({ weight }) => weight > 0);
  if (able.length === 0 && sorry !== undefined) return { kind: 'one', of: [sorry.server] };
  const names = able.map(({ server }) => server);
  const some = { kind: 'some', of: names } as const;
  // A real server that is full is passed over, and how full it is depends on all that came before.
  if (able.some(({ thresholds }) => thresholds.upper > 0)) return some;
  if (toHeaviest.has(scheduler)) {
    const most = Math.max(...able.map(({ weight }) => weight));
    return { kind: 'one', of: able.filter(({ weight }) => weight === most).map(({ server }) => server) };
  }
  if (persistence !== undefined) return { kind: 'one', of: names };
  if (flags.some((flag) => byPort.has(flag))) return some;
  if (byHash.has(scheduler)) return { kind: 'one', of: names };
  if (scheduler !== 'rr' && scheduler !== 'wrr') return some;
  return { kind: 'shares', turns: turnsOf(scheduler, able) };
}

/** Of each real server in a round of rr or wrr. */
function turnsOf(scheduler: string, able: readonly Destination[]): Map<string, number> {
  const divisor = able.map(({ weight }) => weight).reduce(greatestCommonDivisor, 0);
  return new Map(able.map(({ server, weight }) => [server, scheduler === 'rr' ? 1 : weight / divisor]));
}

export function roundOf(turns: ReadonlyMap<string, number>): number {
  return [...turns.values()].reduce((sum, each) => sum + each, 0);
}

/**
 * The least and the most that one with `turns` in a round answers of `asked` requests in a row: its turns in each whole
 * round, and of what is left as many as the others leave it, or as it has; a round may have been begun before.
 */
export function boundsOf(turns: number, round: number, asked: number): { least: number; most: number } {
  const left = asked % round;
  const sure = ((asked - left) / round) * turns;
  return { least: sure + Math.max(0, left - (round - turns)), most: sure + Math.min(turns, left) };
}

/** How many requests show what a service promises: whole rounds of its weights, at least `least`. */
export function requestsFor({ scheduler, destinations }: VirtualService, least = 12, most = 120): number {
  const able = destinations.filter(({ weight }) => weight > 0);
  if (able.length === 0) return least;
  const round = roundOf(turnsOf(scheduler, able));
  return Math.min(most, Math.ceil(least / round) * round);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
