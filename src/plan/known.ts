import type { Inventory } from '../model/cluster.ts';
import { floating } from '../model/failover.ts';
import { oncePerInventory } from '../model/once.ts';
import type { Target } from '../port.ts';
import type { Present } from './candidates.ts';
import { wayKey } from './rosters.ts';
import type { Reading, Surroundings } from './see.ts';
import { beyondShard, type Shard } from './shards.ts';
import { targetOf } from './target.ts';

/** The hosts of the inventory as they are now. */
export function presentIn(
  inventory: Inventory,
  readings: readonly Reading[],
  { hosts }: Surroundings,
  shard?: Shard,
): Present {
  const places = inventory.hosts.flatMap((host) => {
    const place = hosts.wayTo(targetOf(host))?.place;
    return place === undefined ? [] : [[host.name, place] as const];
  });
  return {
    inventory,
    places: new Map(places),
    met: readings.map(({ met }) => met),
    ...(shard === undefined ? {} : { beyond: beyondShard(inventory, shard) }),
  };
}

/** The place where a host is reached; undefined if there is no connection to it. */
export type PlaceOf = (target: Pick<Target, 'name' | 'ssh'>) => string | undefined;

/** Looks up each place once: a long ssh_config makes that slow, and many rosters name one host. */
export function placeFinder({ inventory, places }: Present, { hosts }: Surroundings): PlaceOf {
  const known = new Map(
    inventory.hosts.map((host) => [wayKey(targetOf(host)), places.get(host.name)] as const),
  );
  return ({ name, ssh }) => {
    const key = wayKey({ name, ssh });
    if (!known.has(key)) known.set(key, hosts.wayTo({ name, ssh, hinted: true })?.place);
    return known.get(key);
  };
}

/** Addresses that move from host to host. */
export const vipsOf = oncePerInventory(
  ({ clusters }): ReadonlySet<string> =>
    new Set(clusters.flatMap((cluster) => floating(cluster).map(({ address }) => address))),
);

/** A hint that hosts which could not be read may know more; nothing if all were read. */
export function unreadHint(unread: readonly string[]): string[] {
  return unread.length === 0 ? [] : [`these could not be read, and may know it: ${unread.join(', ')}`];
}
