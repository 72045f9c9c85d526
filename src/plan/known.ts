import type { Inventory } from '../model/cluster.ts';
import { floating } from '../model/failover.ts';
import type { Present, Rosters } from './candidates.ts';
import { ownershipOf } from './ownership.ts';
import type { Reading, Surroundings } from './see.ts';
import { targetOf } from './target.ts';

/** The hosts of the inventory as they are now. */
export function presentIn(
  inventory: Inventory,
  readings: readonly Reading[],
  { hosts }: Surroundings,
): Present {
  const places = inventory.hosts.flatMap((host) => {
    const place = hosts.wayTo(targetOf(host))?.place;
    return place === undefined ? [] : [[host.name, place] as const];
  });
  return { inventory, places: new Map(places), met: readings.map(({ met }) => met) };
}

/** The roster of a host that was another owner's names that owner's hosts, which are none of our business. */
export function rostersOf(
  inventory: Inventory,
  takeOver: readonly string[],
  readings: readonly Reading[],
): Rosters {
  const own = readings.filter(({ target: { name: host }, observation: { manifest } }) => {
    const owned = ownershipOf(manifest, { inventory, host, takeOver });
    return owned.is === 'ours' && (owned.from === undefined || owned.from.how === 'former');
  });
  return new Map(own.map(({ target, observation }) => [target.name, observation.manifest!.roster]));
}

/** Addresses that move from host to host. */
export function vipsOf({ clusters }: Inventory): Set<string> {
  return new Set(clusters.flatMap((cluster) => floating(cluster).map(({ address }) => address)));
}

/** What to say where hosts that could not be read may know more; nothing where all were read. */
export function unreadHint(unread: readonly string[]): string[] {
  return unread.length === 0 ? [] : [`these could not be read, and may know of it: ${unread.join(', ')}`];
}
