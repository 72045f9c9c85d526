import { groupedBy } from '../text/groups.ts';
import { type HostPlan, isReady } from './plan.ts';

/**
 * Sorts directors. Those that give up an address come first, so that it is never on two directors. If an engine moves the
 * VIPs, the director that holds them comes last; if no director holds them yet, the preferred one comes first and takes them.
 */
export function inSendingOrder(senders: readonly HostPlan[]): HostPlan[] {
  const holds = (host: HostPlan): boolean => isReady(host) && host.state.holds.length > 0;
  const held = new Set(senders.filter(holds).flatMap(({ clusters }) => clusters));
  const rank = (host: HostPlan): number => Number(holds(host) || addressesOf(host, 'remove').size === 0);
  const turn = (host: HostPlan): number =>
    Number(host.clusters.some((name) => held.has(name)) ? holds(host) : !host.preferred);
  const takes = (host: HostPlan): number => Number(addressesOf(host, 'add').size > 0);
  const order = (host: HostPlan): number => 4 * rank(host) + 2 * turn(host) + takes(host);
  return afterOthers(senders.toSorted((a, b) => order(a) - order(b)));
}

/**
 * A director comes after the one from which it takes an address, and after the one that is its real server. In a circle one
 * of them must begin.
 */
function afterOthers(senders: readonly HostPlan[]): HostPlan[] {
  const known = new Map(
    senders.map((host) => {
      const [gives, takes] = [addressesOf(host, 'remove'), addressesOf(host, 'add')];
      return [host, { needs: needsOf(host), gives, takes }] as const;
    }),
  );
  const places = new Map(senders.map((host, index) => [host, index] as const));
  const named = groupedBy(senders, ({ host }) => [host]);
  const givers = groupedBy(senders, (host) => known.get(host)!.gives);
  const before = (host: HostPlan): HostPlan[] => {
    const { needs, takes } = known.get(host)!;
    const found = new Set([
      ...[...needs].flatMap((name) => named.get(name) ?? []),
      ...[...takes].flatMap((address) => givers.get(address) ?? []),
    ]);
    return [...found].toSorted((a, b) => places.get(a)! - places.get(b)!);
  };
  const placed: HostPlan[] = [];
  const begun = new Set<HostPlan>();
  const place = (host: HostPlan): void => {
    if (begun.has(host)) return;
    begun.add(host);
    for (const other of before(host)) place(other);
    placed.push(host);
  };
  for (const host of senders) place(host);
  return placed;
}

/** The addresses that a host takes or gives up, on any interface. */
export function addressesOf(host: HostPlan, verb: 'add' | 'remove'): Set<string> {
  const moved = isReady(host) ? host.state.changes.filter((change) => change.verb === verb) : [];
  return new Set(moved.map(({ id }) => id.split(' ')[0]!).filter((id) => id.startsWith('address:')));
}

/** The real servers that must be ready before a host is changed. */
export function needsOf({ state }: HostPlan): Set<string> {
  const actions = state.is === 'ready' ? state.changes.flatMap((change) => change.actions) : [];
  return new Set(actions.flatMap((action) => (action.do === 'run' ? action.needs : [])));
}
