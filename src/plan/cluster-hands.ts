import { type HostPlan, isReady } from './plan.ts';

/**
 * Decides for each cluster whether its services and VIPs change hands. Where one director keeps what would change hands, since
 * that is not allowed, the other directors of its clusters wait, too: otherwise an engine that is new on one of them would
 * take a VIP that lvsform still holds on another. `again` makes the plan of a director that waits; its second argument is
 * what it waits for, in words.
 */
export function handedTogether(
  hosts: readonly HostPlan[],
  again: (host: HostPlan, why: string) => HostPlan,
): HostPlan[] {
  const plans = new Map(hosts.map((host) => [host.host, host] as const));
  const waiting = hosts.filter((host) => keptOn(host) !== undefined);
  for (const kept of waiting) {
    const why = `${kept.host}: ${keptOn(kept)}`;
    for (const host of hosts) {
      if (!host.directs || !kept.directs || waiting.some((each) => each.host === host.host)) continue;
      if (!host.clusters.some((name) => kept.clusters.includes(name))) continue;
      const plan = again(host, why);
      plans.set(host.host, plan);
      waiting.push(plan);
    }
  }
  return hosts.map(({ host }) => plans.get(host)!);
}

function keptOn(host: HostPlan): string | undefined {
  return isReady(host) ? host.state.kept : undefined;
}
