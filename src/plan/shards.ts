import { floating } from '../model/failover.ts';
import type { Cluster, Inventory } from '../model/cluster.ts';
import { digest } from '../net/digest.ts';

/** One of several parts of an inventory that are planned and applied apart: `--shard 3/10`. Numbers are from 1. */
export interface Shard {
  readonly number: number;
  readonly of: number;
}

/** The shard of a plan, and a digest of the division: shards of one division have no host twice, and leave none out. */
export interface PlannedShard extends Shard {
  readonly division: string;
}

/** What other shards have: this plan neither reads nor changes it. */
export interface Beyond {
  readonly hosts: ReadonlySet<string>;
  readonly clusters: ReadonlySet<string>;
}

/** Clusters between whose hosts there is order, or knowledge that they share: they are in one shard. */
export interface Group {
  /** The first name of its clusters. */
  readonly name: string;
  readonly clusters: readonly Cluster[];
}

/** The clusters by groups, sorted by their names. */
export function groupsOf({ clusters }: Pick<Inventory, 'clusters'>): Group[] {
  const sorted = clusters.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const parents = sorted.map((_, index) => index);
  const rootOf = (index: number): number => {
    let at = index;
    while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!;
    return at;
  };
  const first = new Map<string, number>();
  const join = (word: string, index: number): void => {
    const other = first.get(word);
    if (other === undefined) return void first.set(word, index);
    const [one, two] = [rootOf(other), rootOf(index)];
    parents[Math.max(one, two)] = Math.min(one, two);
  };
  for (const [index, cluster] of sorted.entries()) for (const word of wordsOf(cluster)) join(word, index);
  // A source of time that is no host of the inventory joins nothing: many clusters ask the same public servers.
  for (const [index, cluster] of sorted.entries())
    for (const word of askedBy(cluster)) if (first.has(word)) join(word, index);
  const groups = new Map<number, Cluster[]>();
  for (const [index, cluster] of sorted.entries()) {
    const root = rootOf(index);
    groups.set(root, [...(groups.get(root) ?? []), cluster]);
  }
  return [...groups.values()].map((members) => ({ name: members[0]!.name, clusters: members }));
}

/** The names and addresses of a cluster: its managed hosts, and the addresses that move between its directors. */
function wordsOf(cluster: Cluster): string[] {
  const hosts = [...cluster.directors, ...cluster.realServers].filter(({ managed }) => managed);
  return [
    ...hosts.flatMap(({ name, address, address6, ssh }) => [name, address, address6 ?? name, ssh.host]),
    ...floating(cluster).map(({ address }) => address),
  ];
}

/** The hosts that a cluster's hosts ask: for the time, or for a vote. */
function askedBy({ time, failover }: Cluster): string[] {
  const device = failover?.quorumDevice?.host;
  return [...(time?.servers ?? []), ...(device === undefined ? [] : [device])];
}

/** The number of the shard of each cluster, by its name. */
export function shardsOf(inventory: Pick<Inventory, 'clusters'>, of: number): Map<string, number> {
  return new Map(
    groupsOf(inventory).flatMap(({ name, clusters }) => {
      const number = shardOfName(name, of);
      return clusters.map((cluster) => [cluster.name, number] as const);
    }),
  );
}

/**
 * The shard of a group, by its name alone, so that a new group moves no other one: jump consistent hashing (Lamping and
 * Veach, 2014). With one shard more, only one group in that many moves, and each to the new shard.
 */
export function shardOfName(name: string, of: number): number {
  let key = BigInt(`0x${digest(name).slice(0, 16)}`);
  let [found, next] = [0, 0];
  while (next < of) {
    found = next;
    key = BigInt.asUintN(64, key * 2_862_933_555_777_941_757n + 1n);
    next = Math.floor((found + 1) * (2 ** 31 / (Number(key >> 33n) + 1)));
  }
  return found + 1;
}

/** The inventory with the clusters of a shard alone; it still has all hosts. */
export function inShard(inventory: Inventory, { number, of }: Shard): Inventory {
  const shards = shardsOf(inventory, of);
  return { ...inventory, clusters: inventory.clusters.filter(({ name }) => shards.get(name) === number) };
}

/** The names of the hosts of some clusters, managed or not. */
export function hostsIn({ clusters }: Pick<Inventory, 'clusters'>): Set<string> {
  return new Set(
    clusters.flatMap(({ directors, realServers }) => [...directors, ...realServers].map(({ name }) => name)),
  );
}

export function beyondShard(inventory: Inventory, shard: Shard): Beyond {
  const own = inShard(inventory, shard);
  const inside = hostsIn(own);
  const names = new Set(own.clusters.map(({ name }) => name));
  return {
    hosts: new Set(inventory.hosts.map(({ name }) => name).filter((name) => !inside.has(name))),
    clusters: new Set(inventory.clusters.map(({ name }) => name).filter((name) => !names.has(name))),
  };
}

/** A shard with the digest of its division: which cluster with which hosts is in which shard. */
export function plannedShard(inventory: Inventory, { number, of }: Shard): PlannedShard {
  const shards = shardsOf(inventory, of);
  const lines = inventory.clusters.map((cluster) =>
    [shards.get(cluster.name), cluster.name, ...[...hostsIn({ clusters: [cluster] })].toSorted()].join(' '),
  );
  const division = digest([inventory.name, of, ...lines.toSorted()].join('\n')).slice(0, 16);
  return { number, of, division };
}
