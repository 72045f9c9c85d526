import { contains } from '../net/address.ts';
import type { Cluster, Director } from './cluster.ts';

/** The prefix of a director's network, if its cluster has it: from its own address, another director's, or a network. */
export function prefixTold({
  cluster: { directors, network },
  director,
}: {
  readonly cluster: Cluster;
  readonly director: Director;
}): number | undefined {
  const prefix = director.prefix ?? directors.find((each) => each.prefix !== undefined)?.prefix;
  if (prefix !== undefined || network === undefined || !contains(network, director.address)) return prefix;
  return Number(network.split('/')[1]);
}
