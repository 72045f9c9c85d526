import type { Cluster, Director } from '../model/cluster.ts';
import { floating } from '../model/failover.ts';
import type { Finding } from './finding.ts';
import type { Sockets } from './neighbours.ts';

/** Each cluster with the director that holds its VIPs; undefined where nobody that could be asked does. */
export type Holders = ReadonlyMap<Cluster, Director | undefined>;

/** Who holds a cluster's VIPs now: the director that the inventory says, or, where an engine decides, whoever has them. */
export function holderOf(
  cluster: Cluster,
  reached: ReadonlySet<string>,
  seen: ReadonlyMap<string, Sockets>,
): Director | undefined {
  const directors = cluster.directors.filter(({ name }) => reached.has(name));
  if (cluster.failover === undefined) return directors.find(({ active }) => active);
  return directors.find(({ name }) => held(cluster, seen.get(name)).length > 0);
}

/** Where an engine moves the VIPs, one director holds all of them, and the others none. */
export function judgeHolders(cluster: Cluster, seen: ReadonlyMap<string, Sockets>): Finding[] {
  const { name, directors, failover } = cluster;
  if (failover === undefined) return [];
  const all = floating(cluster).map(({ address }) => address);
  const known = directors.filter((director) => seen.has(director.name));
  const holds = known
    .map((director) => ({ director, vips: held(cluster, seen.get(director.name)) }))
    .filter(({ vips }) => vips.length > 0);
  const finding = (sound: Finding['sound'], text: string, details: string[] = []): Finding[] => [
    { check: 'failover', sound, text: `${name}: ${text}`, details },
  ];
  const [only] = holds;
  if (only === undefined) {
    const blind = directors.length - known.length;
    return finding(
      blind > 0 ? 'unsure' : 'no',
      `no director holds ${all.join(', ')}${blind > 0 ? ` of the ${known.length} that could be asked` : ''}`,
    );
  }
  if (holds.length === 1 && only.vips.length === all.length) {
    const preferred = only.director.active ? '' : `, in the place of ${preferredOf(directors)}`;
    return finding('yes', `only ${only.director.name} holds ${all.join(', ')}${preferred}`);
  }
  return finding(
    'no',
    'the VIPs are not on one director',
    holds.map(({ director, vips }) => `${director.name} holds ${vips.join(', ')}`),
  );
}

function preferredOf(directors: readonly Director[]): string {
  return directors.find(({ active }) => active)?.name ?? 'the preferred one';
}

function held(cluster: Cluster, seen: Sockets | undefined): string[] {
  return floating(cluster)
    .map(({ address }) => address)
    .filter((address) => seen?.addresses.has(address) === true);
}
