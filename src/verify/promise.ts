import type { Destination, VirtualService } from '../model/cluster.ts';

/**
 * What a scheduler promises to one client that sends request after request, each over a new connection (ipvsadm(8);
 * net/netfilter/ipvs):
 * shares: each real server answers by its turns in each round; one: always the same real server answers; some: any real
 * server with a weight may answer, since that depends on their other work.
 */
export type Promised =
  | { readonly kind: 'shares'; readonly turns: ReadonlyMap<string, number> }
  | { readonly kind: 'one'; readonly of: readonly string[] }
  | { readonly kind: 'some'; readonly of: readonly string[] };

/** Choose by the client's address (sh, mh) or the VIP (dh, lblc, lblcr), which do not change here. */
const byHash = new Set(['sh', 'mh', 'dh', 'lblc', 'lblcr']);
/** With these flags the client's port counts as well, and that is a new one each time. */
const byPort = new Set(['sh-port', 'mh-port']);
/** Choose the real server with the greatest weight, until it is gone or full. */
const toHeaviest = new Set(['fo', 'ovf']);

export function promiseOf({ scheduler, flags, persistence, destinations, sorry }: VirtualService): Promised {
  const able = destinations.filter(({ weight }) => weight > 0);
  if (able.length === 0 && sorry !== undefined) return { kind: 'one', of: [sorry.server] };
  const names = able.map(({ server }) => server);
  const some = { kind: 'some', of: names } as const;
  // A full real server is skipped, and how full it is depends on all earlier connections.
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

/** The turns of each real server in a round of rr or wrr. */
function turnsOf(scheduler: string, able: readonly Destination[]): Map<string, number> {
  const divisor = able.map(({ weight }) => weight).reduce(greatestCommonDivisor, 0);
  return new Map(able.map(({ server, weight }) => [server, scheduler === 'rr' ? 1 : weight / divisor]));
}

export function roundOf(turns: ReadonlyMap<string, number>): number {
  return [...turns.values()].reduce((sum, each) => sum + each, 0);
}

/**
 * How many of `asked` requests in a row a real server with `turns` in a round answers at least and at most: its turns in each
 * whole round; of the rest, at least what the others' turns leave, and at most its own turns. A round may already have begun.
 */
export function boundsOf(turns: number, round: number, asked: number): { least: number; most: number } {
  const left = asked % round;
  const sure = ((asked - left) / round) * turns;
  return { least: sure + Math.max(0, left - (round - turns)), most: sure + Math.min(turns, left) };
}

/** How many requests prove what a service promises: whole rounds of its weights, at least `least`. */
export function requestsFor({ scheduler, destinations }: VirtualService, least = 12, most = 120): number {
  const able = destinations.filter(({ weight }) => weight > 0);
  if (able.length === 0) return least;
  const round = roundOf(turnsOf(scheduler, able));
  return Math.min(most, Math.ceil(least / round) * round);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
