import type { Inventory } from '../model/cluster.ts';
import { servicesOf, type Transition } from './intent.ts';
import { intendedBefore } from './losses.ts';
import { type Absent, absentUser } from './order.ts';
import type { HostPlan } from './plan.ts';
import { Sharing } from './sharing.ts';
import { addTo } from '../text/groups.ts';

/**
 * Directors that start to send to real servers which this plan does not read (`--limit`, `--exclude`): those may not be
 * ready.
 */
export function unseenServers(
  transitions: readonly Transition[],
  { hosts }: Pick<Inventory, 'hosts'>,
): string[] {
  const planned = new Set(transitions.map(({ host }) => host));
  const open = new Set(
    hosts.filter(({ name, managed }) => managed && !planned.has(name)).map(({ name }) => name),
  );
  if (open.size === 0) return [];
  const served = intendedBefore(transitions);
  const isServed = (key: string, server: string): boolean =>
    served.get(key)?.want.destinations.some((each) => each.server === server) === true;
  return transitions.flatMap(({ host, after }) => {
    const fresh = servicesOf(after).flatMap(({ key, want }) =>
      want.destinations.filter(
        ({ server, weight }) => weight > 0 && open.has(server) && !isServed(key, server),
      ),
    );
    const names = [...new Set(fresh.map(({ server }) => server))];
    return names.length === 0
      ? []
      : [
          `${host}: starts to send to ${names.join(', ')}, which this plan has not read and which may not be ready`,
        ];
  });
}

/** What a destroy removes from real servers to which a director outside the plan may still send. */
export function stillUsed(hosts: readonly HostPlan[], absent: readonly Absent[]): string[] {
  const users = new Map<string, string[]>();
  const sharing = new Sharing(absent);
  for (const host of hosts) {
    const user = absentUser(host, sharing)?.host;
    if (user !== undefined) addTo(users, user, host.host);
  }
  return [...users].map(
    ([user, names]) =>
      `${names.join(', ')}: no longer ${names.length === 1 ? 'answers' : 'answer'} for the VIPs, and ${user}, which this plan leaves out, may still send there`,
  );
}
