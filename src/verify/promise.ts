import type { Destination, VirtualService } from '../model/cluster.ts';

/**
 * What a scheduler promises to one client that asks again and again, each time over a new connection (ipvsadm(8);
 * net/netfilter/ipvs):
 * shares: each real server its weight's share, in every round; one: always the same real server; some: any that has a
 * weight, since it depends on what else they have to do.
 */
export type Promised =
  | { readonly kind: 'shares'; readonly shares: ReadonlyMap<string, number> }
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
  return { kind: 'shares', shares: sharesOf(able, scheduler === 'rr') };
}

/** Parts of 1, by weight or all alike. */
function sharesOf(destinations: readonly Destination[], alike: boolean): Map<string, number> {
  const weigh = ({ weight }: Destination): number => (alike ? 1 : weight);
  const all = destinations.reduce((sum, each) => sum + weigh(each), 0);
  return new Map(destinations.map((each) => [each.server, weigh(each) / all]));
}

/** How many requests show what a service promises: whole rounds of its weights, at least `least`. */
export function requestsFor({ scheduler, destinations }: VirtualService, least = 12, most = 120): number {
  const weights = destinations.map(({ weight }) => weight).filter((weight) => weight > 0);
  if (weights.length === 0) return least;
  const divisor = weights.reduce(greatestCommonDivisor);
  const round =
    scheduler === 'rr' ? weights.length : weights.reduce((sum, weight) => sum + weight, 0) / divisor;
  return Math.min(most, Math.ceil(least / round) * round);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
