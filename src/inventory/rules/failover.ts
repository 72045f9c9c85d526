import { scoped, writtenAs } from '../../engines/scope.ts';
import type { Cluster } from '../../model/cluster.ts';
import { type Failover, failoverFactsOf, type Pair } from '../../model/failover.ts';
import { contains, familyOf } from '../../net/address.ts';
import type { Finding } from '../problem.ts';
import type { Rule } from './rule.ts';

/** Rules about directors that take over from one another. */
export const failoverRules: readonly Rule[] = [
  {
    id: 'LVS078',
    severity: 'error',
    title: 'nobody to take over',
    why: 'Failover is between directors, and one is not enough.',
    check: (inventory) =>
      eachPair(inventory, ({ name, directors, failover }) =>
        directors.length > 1
          ? []
          : [
              {
                path: failover.at,
                message: `${name} has ${directors.length === 0 ? 'no director' : 'one director'}`,
                hint: 'add a second director, or remove failover',
              },
            ],
      ),
  },
  {
    id: 'LVS079',
    severity: 'error',
    title: 'clusters of one director are not told apart',
    why: 'Where two clusters share a director, their VRRP instances need ids of their own, and one engine watches or moves everything there.',
    check: ({ clusters }) =>
      clusters.flatMap((cluster, index) =>
        clusters.slice(0, index).flatMap((other): Finding[] => {
          const shared = cluster.directors.find(({ name }) =>
            other.directors.some((director) => director.name === name),
          );
          if (shared === undefined) return [];
          if ((cluster.failover?.engine ?? 'none') !== (other.failover?.engine ?? 'none')) {
            return [
              {
                path: cluster.failover?.at ?? cluster.at,
                message: `${shared.name} is in ${other.name} too, which has ${other.failover?.engine ?? 'no engine'} for failover`,
                hint: 'use the same engine in both',
              },
            ];
          }
          const { failover } = cluster;
          if (failover === undefined) return [];
          return scoped(failoverFactsOf(failover.engine).scope, 'distinct')
            .filter((key) => failover[key] === other.failover![key])
            .map((key) => ({
              path: [...failover.at, writtenAs(key)],
              message: `${other.name} has the ${writtenAs(key)} ${JSON.stringify(failover[key])}, too, on ${shared.name}`,
              hint: `write ${writtenAs(key)}: ${next(key, clusters)}`,
            }));
        }),
      ),
  },
  {
    id: 'LVS080',
    severity: 'error',
    title: 'the real servers’ gateway would not move along',
    why: 'Under NAT replies go back through the director. After a failover that is another one, so the gateway has to be an address that moves with the VIPs.',
    check: (inventory) =>
      eachPair(inventory, ({ failover, realServers }) => {
        const server = realServers.find(({ mode, gateway }) => mode === 'nat' && gateway !== 'keep');
        return server === undefined || failover.gateways.length > 0
          ? []
          : [
              {
                path: failover.at,
                message: `${server.name} has its director as its gateway, and directors change`,
                hint: 'add gateway: ADDRESS/PREFIX, an address of the real servers’ network that nobody has',
              },
            ];
      }),
  },
  {
    id: 'LVS081',
    severity: 'error',
    title: 'the gateway that moves is no neighbour of the real servers',
    why: 'A gateway is reached without a gateway: it lies in the real servers’ network, and is nobody’s own address.',
    check: (inventory) =>
      eachPair(inventory, ({ failover, network, directors, realServers, vips }) =>
        failover.gateways.flatMap(({ at, address }) => {
          const owner = [...directors, ...realServers].find(
            (host) => host.address === address || host.address6 === address,
          );
          if (owner !== undefined || vips.some((vip) => vip.address === address)) {
            return [
              {
                path: at,
                message: `${address} is ${owner === undefined ? 'a VIP' : `${owner.name}’s own address`}`,
                hint: 'use an address that nobody has',
              },
            ];
          }
          return network === undefined || contains(network, address)
            ? []
            : [
                {
                  path: at,
                  message: `${address} is not in ${network}`,
                  hint: 'use an address of the real servers’ network',
                },
              ];
        }),
      ),
  },
  {
    id: 'LVS082',
    severity: 'error',
    title: 'a director that is a real server, and may lose the VIP',
    why: 'A local node answers by the VIP that its director holds. When the VIP moves away, it would have to hold it quietly, and the other would have to stop doing so, at the same moment.',
    check: (inventory) =>
      eachPair(inventory, ({ directors, realServers }) =>
        realServers
          .filter(({ name }) => directors.some((director) => director.name === name))
          .map(({ name, at }) => ({
            path: at,
            message: `${name} is a director that takes part in a failover`,
            hint: 'let other hosts be the real servers',
          })),
      ),
  },
  {
    id: 'LVS085',
    severity: 'error',
    title: 'directors of two families',
    why: 'The directors speak to one another by their addresses, which have to be of one family.',
    check: (inventory) =>
      eachPair(inventory, ({ directors }) => {
        const [first] = directors;
        const other = directors.find(
          ({ address }) => familyOf(address) !== familyOf(first?.address ?? address),
        );
        return other === undefined
          ? []
          : [
              {
                path: other.at,
                message: `${other.name} has ${other.address}, and ${first!.name} has ${first!.address}`,
                hint: 'give one as address6',
              },
            ];
      }),
  },
  {
    id: 'LVS094',
    severity: 'error',
    title: 'clusters that cannot move together',
    why: 'The instances of a VRRP sync group are all on one director: they need the same directors, prefer the same one, and there are at least two of them (keepalived.conf(5)).',
    check: (inventory) =>
      eachPair(inventory, ({ name, failover: { at, syncGroup, failback }, directors }) => {
        if (syncGroup === undefined) return [];
        const others = inventory.clusters.filter(
          (other) => other.name !== name && other.failover?.syncGroup === syncGroup,
        );
        const ranks = ranksOf(directors);
        const [odd] = others.filter(
          (other) => ranksOf(other.directors) !== ranks || other.failover!.failback !== failback,
        );
        const path = [...at, 'sync_group'];
        if (others.length === 0) {
          return [
            {
              path,
              message: `${name} is alone in ${syncGroup}`,
              hint: 'remove it, or add it to another cluster',
            },
          ];
        }
        return odd === undefined
          ? []
          : [
              {
                path,
                message: `${odd.name} has other directors, prefers another one, or fails back otherwise`,
                hint: 'write directors and failback alike in both',
              },
            ];
      }),
  },
];

/** The directors, the preferred one first. */
function ranksOf(directors: Cluster['directors']): string {
  return directors
    .toSorted((a, b) => Number(b.active) - Number(a.active))
    .map(({ name }) => name)
    .join();
}

/** Looks at each cluster whose directors take over from one another. */
export function eachPair(
  { clusters }: { readonly clusters: readonly Cluster[] },
  check: (cluster: Pair) => Finding[],
): Finding[] {
  return clusters.flatMap((cluster) =>
    cluster.failover === undefined ? [] : check({ ...cluster, failover: cluster.failover }),
  );
}

function next(key: keyof Failover, clusters: readonly Cluster[]): number {
  const used = new Set(clusters.map(({ failover }) => failover?.[key]));
  return Array.from({ length: 255 }, (_, index) => index + 1).find((id) => id > 50 && !used.has(id)) ?? 1;
}
