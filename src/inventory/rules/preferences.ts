import type { Cluster, Director } from '../../model/cluster.ts';
import { failoverFactsOf, type Pair } from '../../model/failover.ts';
import { neighboursOf } from '../../model/neighbours.ts';
import { eachPair } from './each.ts';
import type { Rule } from './rule.ts';

/** Rules about the directors that clusters prefer. */
export const preferenceRules: readonly Rule[] = [
  {
    id: 'LVS118',
    severity: 'error',
    title: 'VIPs that would never be shared between two directors',
    why: 'Two clusters that prefer different directors of one pair share the work between them. The director that starts first, or that takes over, gets the VIPs of both. Without failback it keeps them: the other director is idle from then on, and nothing says so.',
    check: (inventory, { clusters }) =>
      eachPair(inventory, (cluster) => {
        const { name, failover } = cluster;
        if (clusters[name]?.failover?.failback !== undefined) return undefined;
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
