import type { Host, Inventory } from '../model/cluster.ts';
import { floating } from '../model/failover.ts';
import { isActiveDirector } from '../model/forwarding.ts';
import { oncePerInventory } from '../model/once.ts';
import { isDirector, rolesOf } from '../model/roles.ts';
import { groupedBy } from '../text/groups.ts';
import type { Machine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import type { Absent } from './order.ts';
import type { Seen } from './see.ts';
import type { Holders } from './vip-moves.ts';
import { targetOf } from './target.ts';

/** The place of a host in its clusters. */
export interface Membership {
  readonly clusters: readonly string[];
  readonly roster: readonly RosterEntry[];
  readonly sends: boolean;
  readonly preferred: boolean;
  /** True for a director of the inventory. */
  readonly directs: boolean;
}

/** `machineOf`: the machine that was met under a name, where one was. */
export function membershipOf(
  inventory: Inventory,
  name: string,
  machineOf: (entry: RosterEntry) => Machine | undefined,
): Membership {
  const clusters = [...new Set(rolesOf(inventory, { name }).map(({ cluster }) => cluster))];
  const preferred = clusters.some((cluster) => isActiveDirector(cluster, name));
  const mayTakeOver = clusters.some(
    ({ failover, directors }) => failover !== undefined && directors.some((each) => each.name === name),
  );
  return {
    clusters: clusters.map((cluster) => cluster.name),
    roster: rosterOf(inventory, clusters, name).map((entry) => {
      const machine = machineOf(entry);
      return machine === undefined ? entry : { ...entry, machine };
    }),
    sends: preferred || mayTakeOver,
    preferred,
    directs: clusters.some(({ directors }) => directors.some((each) => each.name === name)),
  };
}

/** The membership of a host that has left these clusters. */
export function formerMember(clusters: readonly string[]): Membership {
  return { clusters, roster: [], sends: false, preferred: false, directs: false };
}

function members({ directors, realServers }: Inventory['clusters'][number]): readonly Host[] {
  return [...directors, ...realServers];
}

/**
 * The hosts that a host remembers: for a real server the directors of its clusters; for a director all hosts of its clusters,
 * and the directors of the neighbouring clusters. So those that remain know a host that leaves, even a whole cluster that
 * leaves is found, and a thousand real servers need not know one another.
 */
function rosterOf(inventory: Inventory, clusters: Inventory['clusters'], name: string): RosterEntry[] {
  const directs = ({ directors: all }: Inventory['clusters'][number]): boolean =>
    all.some((director) => director.name === name);
  const own = clusters.flatMap((cluster) => (directs(cluster) ? members(cluster) : cluster.directors));
  const beside = clusters
    .filter(directs)
    .flatMap((cluster) => neighboursIn(inventory).get(cluster.name)!)
    .flatMap((cluster) => cluster.directors.map((host) => ({ host, beside: cluster.name })));
  const hosts = new Map<string, { readonly host: Host; readonly beside?: string }>();
  for (const each of [...own.map((host) => ({ host })), ...beside]) {
    if (each.host.managed && !hosts.has(each.host.name)) hosts.set(each.host.name, each);
  }
  return [...hosts.values()].map(({ host, ...more }) => ({
    host: host.name,
    ssh: targetOf(host).ssh,
    ...(isDirector(inventory, host.name) ? { directs: true } : {}),
    ...more,
  }));
}

/** The clusters before and after each cluster, by its name, in a ring that is sorted by name. */
const neighboursIn = oncePerInventory(({ clusters }): ReadonlyMap<string, Inventory['clusters']> => {
  const ring = clusters.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return new Map(
    ring.map(({ name }, at) => [
      name,
      [ring.at(at - 1)!, ring[(at + 1) % ring.length]!].filter((cluster) => cluster.name !== name),
    ]),
  );
});

/** Directors that were not read for this plan (--exclude, --limit), and may send to the hosts of their clusters. */
export function absentDirectors({ clusters }: Inventory, seen: readonly Seen[]): Absent[] {
  const read = new Set(seen.map(({ target }) => target.name));
  const directed = groupedBy(clusters, ({ directors }) => new Set(directors.map(({ name }) => name)));
  return [...directed]
    .filter(([name]) => !read.has(name))
    .map(([host, its]) => ({ host, clusters: its.map(({ name }) => name) }));
}

/** The directors that may hold each VIP: the active one, or all between which an engine moves it. */
export function holdersOf({ clusters }: Inventory): Holders {
  const result = new Map<string, string[]>();
  for (const cluster of clusters) {
    const names = cluster.directors
      .filter(({ managed, active }) => managed && (active || cluster.failover !== undefined))
      .map(({ name }) => name);
    for (const { address } of floating(cluster)) {
      result.set(address, [...new Set([...(result.get(address) ?? []), ...names])]);
    }
  }
  return result;
}
