import { scoped, writtenAs } from '../../engines/scope.ts';
import type { Cluster } from '../../model/cluster.ts';
import { type Failover, failoverFactsOf } from '../../model/failover.ts';
import { contains, familyOf } from '../../net/address.ts';
import type { Mistake } from '../problem.ts';
import { eachPair } from './each.ts';
import type { Rule } from './rule.ts';

/** Rules about failover between directors. */
export const failoverRules: readonly Rule[] = [
  {
    id: 'LVS078',
    severity: 'error',
    title: 'failover needs a second director',
    why: 'Failover moves the VIPs from one director to another, so one director is not enough.',
    check: (inventory) =>
      eachPair(inventory, ({ name, directors, failover }) =>
        directors.length > 1
          ? undefined
          : {
              path: failover.at,
              message: `${name} has ${directors.length === 0 ? 'no director' : 'one director'}`,
              hint: 'add a second director, or remove failover',
            },
      ),
  },
  {
    id: 'LVS079',
    severity: 'error',
    title: 'failover settings of clusters with a common director clash',
    why: 'Where two clusters share a director, they need the same failover engine, and each VRRP instance needs its own id.',
    check: ({ clusters }) =>
      clusters.flatMap((cluster, index) =>
        clusters.slice(0, index).flatMap((other) => {
          const shared = commonDirector(cluster, other);
          if (shared === undefined) return [];
          return engineOf(cluster) === engineOf(other)
            ? sameIds(cluster, other, shared, clusters)
            : {
                path: cluster.failover?.at ?? cluster.at,
                message: `${shared} is also in ${other.name}, which has the failover engine ${engineOf(other)}`,
                hint: 'use the same engine in both',
              };
        }),
      ),
  },
  {
    id: 'LVS080',
    severity: 'error',
    title: 'the real servers’ gateway would not move with the VIPs',
    why: 'Under NAT replies return through the director. A failover changes the director, so the gateway must be an address that moves with the VIPs.',
    check: (inventory) =>
      eachPair(inventory, ({ failover, realServers }) => {
        const server = realServers.find(({ mode, gateway }) => mode === 'nat' && gateway !== 'keep');
        return server === undefined || failover.gateways.length > 0
          ? undefined
          : {
              path: failover.at,
              message: `the gateway of ${server.name} is its director, which a failover changes`,
              hint: 'add gateway: ADDRESS/PREFIX, an unused address of the real servers’ network',
            };
      }),
  },
  {
    id: 'LVS081',
    severity: 'error',
    title: 'the gateway that moves is in use, or in another network',
    why: 'Real servers reach their gateway directly, so it must be in their network. It moves, so it must be neither a host’s own address nor a VIP.',
    check: (inventory) =>
      eachPair(inventory, ({ failover, network, directors, realServers, vips }) =>
        failover.gateways.flatMap(({ at, address }): Mistake | Mistake[] => {
          const owner = [...directors, ...realServers].find(
            (host) => host.address === address || host.address6 === address,
          );
          if (owner !== undefined || vips.some((vip) => vip.address === address)) {
            return {
              path: at,
              message: `${address} is ${owner === undefined ? 'a VIP' : `${owner.name}’s own address`}`,
              hint: 'use an unused address',
            };
          }
          return network === undefined || contains(network, address)
            ? []
            : {
                path: at,
                message: `${address} is not in ${network}`,
                hint: 'use an address of the real servers’ network',
              };
        }),
      ),
  },
  {
    id: 'LVS082',
    severity: 'error',
    title: 'a director of a failover cluster is also a real server',
    why: 'A director that is also a real server (a local node) answers through the VIP that it holds as the director. When the VIP moves, the old director would have to stop answering ARP for it, and the new one would have to begin, at the same moment.',
    check: (inventory) =>
      eachPair(inventory, ({ directors, realServers }) =>
        realServers
          .filter(({ name }) => directors.some((director) => director.name === name))
          .map(({ name, at }) => ({
            path: at,
            message: `${name} is also a director that takes part in failover`,
            hint: 'use other hosts as real servers',
          })),
      ),
  },
  {
    id: 'LVS085',
    severity: 'error',
    title: 'the directors have addresses of two address families',
    why: 'The directors talk to one another by these addresses, which must be of one address family.',
    check: (inventory) =>
      eachPair(inventory, ({ directors }) => {
        const [first] = directors;
        const other = directors.find(
          ({ address }) => familyOf(address) !== familyOf(first?.address ?? address),
        );
        return other === undefined
          ? undefined
          : {
              path: other.at,
              message: `${other.name} has ${other.address}, and ${first!.name} has ${first!.address}`,
              hint: 'give one as address6',
            };
      }),
  },
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
        const group = inventory.clusters.filter(({ failover }) => failover?.syncGroup === syncGroup);
        if (group.length === 1) {
          return inventory.clusters.some((other) => clash(cluster, other))
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

function engineOf({ failover }: Cluster): string {
  return failover?.engine ?? 'none';
}

/** The name of a director of both. */
function commonDirector(one: Cluster, other: Cluster): string | undefined {
  return one.directors.find(({ name }) => other.directors.some((director) => director.name === name))?.name;
}

/** True for two clusters of one director under different engines. */
function clash(one: Cluster, other: Cluster): boolean {
  return commonDirector(one, other) !== undefined && engineOf(one) !== engineOf(other);
}

/** Settings that must differ on a common director, and do not. */
function sameIds(
  { failover }: Cluster,
  other: Cluster,
  shared: string,
  clusters: readonly Cluster[],
): Mistake[] {
  if (failover === undefined) return [];
  return scoped(failoverFactsOf(failover.engine).scope, 'distinct')
    .filter((key) => failover[key] === other.failover![key])
    .map((key) => ({
      path: [...failover.at, writtenAs(key)],
      message: `${other.name} has the same ${writtenAs(key)} ${JSON.stringify(failover[key])} on ${shared}`,
      hint: `write ${writtenAs(key)}: ${next(key, clusters)}`,
    }));
}

/** Of a host with two names LVS010 speaks, of one with two addresses LVS053: here it is one director. */
function movesWith(one: Cluster, other: Cluster): boolean {
  const [ranks, others] = [ranked(one), ranked(other)];
  return (
    one.failover!.failback === other.failover!.failback &&
    ranks.length === others.length &&
    ranks.every(({ name, address }, rank) => others[rank]!.name === name || others[rank]!.address === address)
  );
}

/** The directors, the preferred one first. */
function ranked({ directors }: Cluster): Cluster['directors'] {
  return directors.toSorted((a, b) => Number(b.active) - Number(a.active));
}

function next(key: keyof Failover, clusters: readonly Cluster[]): number {
  const used = new Set(clusters.map(({ failover }) => failover?.[key]));
  return Array.from({ length: 255 }, (_, index) => index + 1).find((id) => id > 50 && !used.has(id)) ?? 1;
}
