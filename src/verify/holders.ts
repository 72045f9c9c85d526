import type { Cluster, Director } from '../model/cluster.ts';
import { type Failover, failoverFactsOf, floating } from '../model/failover.ts';
import type { Finding } from './finding.ts';
import type { Sockets } from './listening.ts';

/** The director that holds each cluster's VIPs; undefined if no director that could be asked does. */
export type Holders = ReadonlyMap<Cluster, Director | undefined>;

/** The director that holds a cluster's VIPs now: by the inventory, or, if an engine decides, by the directors' addresses. */
export function holderOf(
  cluster: Cluster,
  reached: ReadonlySet<string>,
  seen: ReadonlyMap<string, Sockets>,
): Director | undefined {
  const directors = cluster.directors.filter(({ name }) => reached.has(name));
  if (cluster.failover === undefined) return directors.find(({ active }) => active);
  return directors.find(({ name }) => held(cluster, seen.get(name)).length > 0);
}

/** The holders of the clusters in which a single director holds the VIPs: only there no other host may answer for them. */
export function soleHolders(holders: Holders): Holders {
  return new Map(
    [...holders].filter(([{ failover }]) => failover === undefined || holdersOf(failover) === 'one'),
  );
}

/** If an engine moves the VIPs, one director must hold all of them and the others none; with some engines each holds all. */
export function judgeHolders(cluster: Cluster, seen: ReadonlyMap<string, Sockets>): Finding[] {
  const { directors, failover } = cluster;
  if (failover === undefined) return [];
  const all = floating(cluster).map(({ address }) => address);
  const known = directors
    .filter(({ name }) => seen.get(name)?.addresses !== undefined)
    .map((director) => ({ director, vips: held(cluster, seen.get(director.name)) }));
  const holds = known.filter(({ vips }) => vips.length > 0);
  if (holds.length === 0) return [nobodyHolds(cluster, all, known.length)];
  const unasked = directors.filter(({ name }) => !known.some(({ director }) => director.name === name));
  return [
    holdersOf(failover) === 'one' ? oneHolds(cluster, all, holds, unasked) : allHold(cluster, all, known),
  ];
}

interface Holding {
  readonly director: Director;
  readonly vips: readonly string[];
}

function nobodyHolds(cluster: Cluster, all: readonly string[], asked: number): Finding {
  const blind = cluster.directors.length > asked;
  const among = blind ? ` of the ${asked} that could be asked` : '';
  return finding(cluster, blind ? 'unsure' : 'no', `no director holds ${all.join(', ')}${among}`);
}

function oneHolds(
  cluster: Cluster,
  all: readonly string[],
  holds: readonly Holding[],
  unasked: readonly Director[],
): Finding {
  const [only] = holds;
  if (only !== undefined && holds.length === 1 && only.vips.length === all.length) {
    const sole = unasked.length === 0 ? 'only ' : '';
    const text = `${sole}${only.director.name} holds ${all.join(', ')}`;
    const preferred = cluster.directors.find(({ active }) => active);
    const isOther = preferred !== undefined && preferred.name !== only.director.name;
    if (isOther && cluster.failover!.failback && !unasked.includes(preferred))
      return notBack(cluster, `${text}, and ${preferred.name} has not taken them back`, preferred);
    const others = unasked.map(({ name }) => name).join(', ');
    return finding(
      cluster,
      unasked.length > 0 ? 'unsure' : 'yes',
      `${text}${isOther ? `, instead of ${preferred.name}` : ''}${others && ` (not asked: ${others})`}`,
    );
  }
  return finding(
    cluster,
    'no',
    'the VIPs are not on one director',
    holds.map(({ director, vips }) => `${director.name} holds ${vips.join(', ')}`),
  );
}

/** The preferred director answers, and does not hold the VIPs: within its delay that is right, and later it is not. */
function notBack({ name, failover }: Cluster, text: string, preferred: Director): Finding {
  const { engine, failbackDelay: delay } = failover!;
  const early = delay > 0 ? `verify again when it has been up for more than ${delay} s; ` : '';
  return {
    check: 'failover',
    sound: delay > 0 ? 'unsure' : 'no',
    text: `${name}: ${text}`,
    details: [],
    hint: `${early}the log of ${engine} on ${preferred.name} says why`,
  };
}

function allHold(cluster: Cluster, all: readonly string[], known: readonly Holding[]): Finding {
  const lacking = known.flatMap(({ director, vips }) => {
    const missing = all.filter((address) => !vips.includes(address));
    return missing.length === 0 ? [] : [`${director.name} does not hold ${missing.join(', ')}`];
  });
  if (lacking.length > 0) return finding(cluster, 'no', 'the VIPs are not on every director', lacking);
  const names = known.map(({ director }) => director.name);
  const others = cluster.directors.map(({ name }) => name).filter((name) => !names.includes(name));
  const unasked = others.length === 0 ? '' : ` (not asked: ${others.join(', ')})`;
  return finding(
    cluster,
    'yes',
    `${names.join(', ')} ${names.length === 1 ? 'holds' : 'hold'} ${all.join(', ')}${unasked}`,
  );
}

function finding(
  { name }: Cluster,
  sound: Finding['sound'],
  text: string,
  details: readonly string[] = [],
): Finding {
  return { check: 'failover', sound, text: `${name}: ${text}`, details };
}

function holdersOf({ engine }: Failover): 'one' | 'all' {
  return failoverFactsOf(engine).holders;
}

function held(cluster: Cluster, seen: Sockets | undefined): string[] {
  return floating(cluster)
    .map(({ address }) => address)
    .filter((address) => seen?.addresses?.has(address) === true);
}
