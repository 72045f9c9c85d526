import { groupedBy } from '../text/groups.ts';
import { type Edge, type HostPlan, isReady, type Transaction } from './plan.ts';
import { Sharing } from './sharing.ts';

/** The hosts that leave, to find those for which another host waits. */
export class Leavers {
  readonly #sharing: Sharing<HostPlan>;
  readonly #byName: ReadonlyMap<string, HostPlan>;
  readonly #places: ReadonlyMap<HostPlan, number>;

  constructor(leavers: readonly HostPlan[]) {
    this.#sharing = new Sharing(leavers);
    this.#byName = new Map(leavers.map((each) => [each.host, each] as const));
    this.#places = new Map(leavers.map((each, index) => [each, index] as const));
  }

  /** The leavers that a host remembers, of its own or another cluster, until they have been cleaned up. */
  awaitedBy(host: HostPlan): HostPlan[] {
    if (this.#byName.size === 0) return [];
    const parting = isReady(host)
      ? host.state.parting.flatMap((each) => this.#byName.get(each.host) ?? [])
      : [];
    const awaited = new Set([...this.#sharing.with(host), ...parting]);
    return [...awaited].toSorted((a, b) => this.#places.get(a)! - this.#places.get(b)!);
  }
}

/** The transactions that write the rosters of hosts, each once the hosts that its roster drops have been cleaned up. */
export function strikenOff(
  hosts: readonly HostPlan[],
  leaving: Leavers,
  done: readonly Transaction[],
): Transaction[] {
  const doneOn = groupedBy([...done.keys()], (index) => [done[index]!.host]);
  return hosts.map((host) => {
    const awaited = new Set([host.host, ...leaving.awaitedBy(host).map((leaver) => leaver.host)]);
    const after = [...awaited]
      .flatMap((name) => doneOn.get(name) ?? [])
      .toSorted((a, b) => a - b)
      .map((index): Edge => ({ transaction: done[index]!.id, requires: true }));
    return { id: `${host.host} roster`, host: host.host, stages: [], after };
  });
}
