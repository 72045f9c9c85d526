import { scoped, writtenAs } from '../../engines/scope.ts';
import type { Cluster } from '../../model/cluster.ts';
import { type Failover, failoverFactsOf } from '../../model/failover.ts';
import { neighboursOf } from '../../model/neighbours.ts';
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
    check: (inventory) => {
      const begun = new Set<string>();
      return inventory.clusters.flatMap((cluster) => {
        const earlier = neighboursOf(inventory, cluster).filter(({ name }) => begun.has(name));
        begun.add(cluster.name);
        return earlier.flatMap((other) => {
          const shared = commonDirector(cluster, other);
          if (shared === undefined) return [];
          return engineOf(cluster) === engineOf(other)
            ? sameIds(cluster, other, shared, inventory.clusters)
            : {
                path: cluster.failover?.at ?? cluster.at,
                message: `${shared} is also in ${other.name}, which has the failover engine ${engineOf(other)}`,
                hint: 'use the same engine in both',
              };
        });
      });
    },
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
];

function engineOf({ failover }: Cluster): string {
  return failover?.engine ?? 'none';
}

/** The name of a director of both. */
function commonDirector(one: Cluster, other: Cluster): string | undefined {
  return one.directors.find(({ name }) => other.directors.some((director) => director.name === name))?.name;
}

/** True for two clusters of one director under different engines. */
export function clash(one: Cluster, other: Cluster): boolean {
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

function next(key: keyof Failover, clusters: readonly Cluster[]): number {
  const used = new Set(clusters.map(({ failover }) => failover?.[key]));
  return Array.from({ length: 255 }, (_, index) => index + 1).find((id) => id > 50 && !used.has(id)) ?? 1;
}
