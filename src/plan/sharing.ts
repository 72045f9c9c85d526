import { groupedBy } from '../text/groups.ts';

interface Clustered {
  readonly clusters: readonly string[];
}

/**
 * Hosts by their clusters, to find those that share a cluster with another host, in their order: to compare each host with
 * each other one would take quadratic time.
 */
export class Sharing<T extends Clustered> {
  readonly #all: readonly T[];
  /** The places of the hosts of each cluster in the list of all. */
  readonly #places: ReadonlyMap<string, readonly number[]>;

  constructor(all: readonly T[]) {
    this.#all = all;
    this.#places = groupedBy([...all.keys()], (index) => all[index]!.clusters);
  }

  /** All that share a cluster with a host; the host itself, if it is one of them, too. */
  with({ clusters }: Clustered): T[] {
    const [first = '', ...others] = clusters;
    const own = this.#places.get(first) ?? [];
    const places =
      others.length === 0
        ? own
        : [...new Set([...own, ...others.flatMap((name) => this.#places.get(name) ?? [])])];
    return places.toSorted((a, b) => a - b).map((index) => this.#all[index]!);
  }

  /** The first that shares a cluster with a host. */
  firstWith({ clusters }: Clustered): T | undefined {
    const firsts = clusters.flatMap((name) => this.#places.get(name)?.slice(0, 1) ?? []);
    return firsts.length === 0 ? undefined : this.#all[Math.min(...firsts)];
  }
}
