import type { Cluster } from '../../model/cluster.ts';
import { failoverFactsOf } from '../../model/failover.ts';
import { neighboursOf } from '../../model/neighbours.ts';
import { oncePerInventory } from '../../model/once.ts';
import { groupedBy } from '../../text/groups.ts';
import { eachPair } from './each.ts';
import { clash } from './failover.ts';
import type { Rule } from './rule.ts';

/** Rules about clusters whose VIPs move together. */
export const syncGroupRules: readonly Rule[] = [
  {
    id: 'LVS094',
    severity: 'error',
    title: 'clusters of a sync group that cannot move together',
    why: 'All instances of a VRRP sync group are on one director. So a group needs at least two clusters, with the same directors, the same preferred director and the same failback (keepalived.conf(5)).',
    check: (inventory) =>
      eachPair(inventory, (cluster) => {
        const { at, engine, syncGroup } = cluster.failover;
        // Of too few directors LVS078 speaks, of another engine LVS079 and LVS093.
        if (syncGroup === undefined || cluster.directors.length < 2) return [];
        if (!failoverFactsOf(engine).has.includes('sync_group')) return [];
        const path = [...at, 'sync_group'];
        const group = syncGroupsIn(inventory).get(syncGroup)!;
        if (group.length === 1) {
          return neighboursOf(inventory, cluster).some((other) => clash(cluster, other))
            ? undefined
            : {
                path,
                message: `${cluster.name} is the only cluster in the sync group ${syncGroup}`,
                hint: 'remove sync_group, or write it in another cluster, too',
              };
        }
        const before = group.slice(
          0,
          group.findIndex(({ name }) => name === cluster.name),
        );
        const odd = before.find((other) => other.directors.length > 1 && !movesWith(other, cluster));
        return odd === undefined
          ? undefined
          : {
              path,
              message: `${odd.name} has other directors, another preferred director, or another failback`,
              hint: 'write the same directors and failback in both clusters',
            };
      }),
  },
];

const syncGroupsIn = oncePerInventory(({ clusters }) =>
  groupedBy(clusters, ({ failover }) => (failover?.syncGroup === undefined ? [] : [failover.syncGroup])),
);

/** Of a host with two names LVS010 speaks, of one with two addresses LVS053: here it is one director. */
function movesWith(one: Cluster, other: Cluster): boolean {
  const [ranks, others] = [ranked(one), ranked(other)];
  return (
    one.failover!.failback === other.failover!.failback &&
    one.failover!.failbackDelay === other.failover!.failbackDelay &&
    ranks.length === others.length &&
    ranks.every(({ name, address }, rank) => others[rank]!.name === name || others[rank]!.address === address)
  );
}

/** The directors, the preferred one first. */
function ranked({ directors }: Cluster): Cluster['directors'] {
  return directors.toSorted((a, b) => Number(b.active) - Number(a.active));
}
