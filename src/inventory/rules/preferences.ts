import type { Cluster, Director } from '../../model/cluster.ts';
import { failoverFactsOf, type Pair } from '../../model/failover.ts';
import { neighboursOf } from '../../model/neighbours.ts';
import type { Mistake } from '../problem.ts';
import { withDefaults } from '../settings.ts';
import { eachPair } from './each.ts';
import type { Rule } from './rule.ts';

/** Rules about the directors that clusters prefer, and about the ways between them. */
export const preferenceRules: readonly Rule[] = [
  {
    id: 'LVS118',
    severity: 'error',
    title: 'VIPs that would never be shared between two directors',
    why: 'Two clusters that prefer different directors of one pair share the work between them. The director that starts first, or that takes over, gets the VIPs of both. Without failback it keeps them: the other director is idle from then on, and nothing says so.',
    check: (inventory, shape) =>
      eachPair(inventory, (cluster) => {
        const { name, failover } = cluster;
        const written = shape.clusters[name];
        if (written === undefined || withDefaults(shape, written).failover?.failback !== undefined)
          return undefined;
        if (failoverFactsOf(failover.engine).holders !== 'one') return undefined;
        const other = neighboursOf(inventory, cluster).find((each) => shares(cluster, each));
        return other === undefined
          ? undefined
          : {
              path: failover.at,
              message: `${name} prefers ${preferred(cluster)?.name}, and ${other.name} ${preferred(other)?.name}; without failback one of them ends up with the VIPs of both`,
              hint: 'add failback: true, or failback: false to leave the VIPs where a failover has put them',
            };
      }),
  },
  {
    id: 'LVS119',
    severity: 'error',
    title: 'a second link that does not join the directors',
    why: 'Every director needs an address on the second link (corosync.conf(5): a node without ringX_addr is not on link X), and it helps only if it is another network than the first one.',
    check: (inventory) =>
      eachPair(inventory, ({ failover: { secondLink: link }, directors }) => {
        if (link === undefined) return undefined;
        const path = [...link.at, 'addresses'];
        const missing = directors.find(({ name }) => link.addresses[name] === undefined);
        if (missing !== undefined)
          return {
            path,
            message: `${missing.name} has no address there`,
            hint: `add ${missing.name}: ADDRESS`,
          };
        const found = Object.entries(link.addresses).flatMap(([name, address]): Mistake[] => {
          const at = [...path, name];
          if (!directors.some((each) => each.name === name))
            return [
              { path: at, message: `${name} is not a director of this cluster`, hint: `remove ${name}` },
            ];
          const owner = directors.find((each) => each.address === address || each.address6 === address);
          const twice = Object.entries(link.addresses).find(
            ([other, its]) => other < name && its === address,
          );
          const of = owner?.name ?? twice?.[0];
          return of === undefined
            ? []
            : [
                {
                  path: at,
                  message: `${address} is already an address of ${of}`,
                  hint: 'use its address on the second network',
                },
              ];
        });
        return found;
      }),
  },
];

/** True if each cluster prefers a director of the other one, and not the same. LVS094 speaks of clusters in one sync group. */
function shares(cluster: Pair, other: Cluster): boolean {
  const [mine, theirs] = [preferred(cluster)?.name, preferred(other)?.name];
  const group = cluster.failover.syncGroup;
  return (
    other.failover !== undefined &&
    mine !== theirs &&
    other.directors.some(({ name }) => name === mine) &&
    cluster.directors.some(({ name }) => name === theirs) &&
    (group === undefined || group !== other.failover.syncGroup)
  );
}

function preferred({ directors }: Cluster): Director | undefined {
  return directors.find(({ active }) => active);
}
