import type { Inventory } from '../model/cluster.ts';
import { familyOf } from '../net/address.ts';
import type { Change, RunAction } from '../resources/kind.ts';
import { run } from '../resources/orders.ts';
import { movesOf, type Raised, raisedBy } from './moves.ts';
import { type HostPlan, isReady } from './plan.ts';

/**
 * Before a director raises a VIP that no other director gives up, it checks that no other host answers for it: a director
 * that this plan could not read, or an unknown host. If a director was not read, it also checks a VIP that is given up: an
 * engine may have moved it there. With `arp: static` real servers answer for the VIP, too.
 */
export function lookingFirst(hosts: readonly HostPlan[], inventory: Pick<Inventory, 'clusters'>): HostPlan[] {
  const loud = new Set(
    inventory.clusters
      .filter(({ arp }) => arp === 'static')
      .flatMap(({ vips }) => vips.map(({ address }) => address)),
  );
  const given = new Set(movesOf(hosts).map(({ vip, taker }) => `${vip} ${taker}`));
  const blind = isBlind(hosts, inventory);
  return hosts.map((host): HostPlan => {
    if (!isReady(host)) return host;
    const vips = raisedBy(host).filter(
      ({ address, device, engine }) =>
        !engine && familyOf(address) === 'ipv4' && device !== 'lo' && !loud.has(address),
    );
    const isGiven = ({ address }: Raised): boolean => given.has(`${address} ${host.host}`);
    const [others, moving] = [vips.filter((each) => !isGiven(each)), vips.filter(isGiven)];
    const looks = new Map<string, RunAction>();
    if (others[0] !== undefined) looks.set(others[0].id, lookFor(others));
    // The VIP is free by then.
    if (blind) for (const each of moving) looks.set(each.id, lookFor([each]));
    if (looks.size === 0) return host;
    const first = (change: Change): Change => {
      const look = looks.get(change.id);
      return look === undefined ? change : { ...change, actions: [look, ...change.actions] };
    };
    return { ...host, state: { ...host.state, changes: host.state.changes.map(first) } };
  });
}

/** True if a director, or a host that was one, was not read. */
function isBlind(hosts: readonly HostPlan[], { clusters }: Pick<Inventory, 'clusters'>): boolean {
  const read = new Set(hosts.filter(isReady).map(({ host }) => host));
  return (
    hosts.some((host) => host.departed && !isReady(host)) ||
    clusters.some(({ directors }) => directors.some(({ name }) => !read.has(name)))
  );
}

function lookFor(vips: readonly Raised[]): RunAction {
  const named = vips.length > 3 ? `${vips.length} VIPs` : vips.map(({ address }) => address).join(', ');
  const words = vips.flatMap(({ device, address }) => [device, address]);
  return run({ stage: 'prepare', of: 'claims' }, `make sure that no other host answers for ${named}`, [
    ['unclaimed', ...words],
  ]);
}
