import type { Cluster, Host, Inventory } from '../../model/cluster.ts';
import { contains, familyOf, isEdge, networkOf, rangeOf } from '../../net/address.ts';
import type { Finding } from '../problem.ts';
import type { Rule } from './rule.ts';

const hostsOf = (cluster: Cluster): Host[] => [...cluster.directors, ...cluster.realServers];

const everybody = ({ hosts, clusters }: Inventory): Host[] => [
  ...hosts,
  ...clusters.flatMap(({ probes }) => probes),
];

/** Rules about which addresses may stand where. */
export const addressRules: readonly Rule[] = [
  {
    id: 'LVS010',
    severity: 'error',
    title: 'two hosts have one address',
    why: 'Two hosts that answer ARP for one address take turns in losing their traffic.',
    check: ({ hosts }) => {
      const owners = new Map<string, Host>();
      return hosts.flatMap((host): Finding[] => {
        const owner = owners.get(host.address);
        owners.set(host.address, owner ?? host);
        if (owner === undefined) return [];
        return [
          {
            path: [...host.at],
            message: `${host.name} has the address ${host.address} of ${owner.name}`,
            hint: 'give each host its own address',
          },
        ];
      });
    },
  },
  {
    id: 'LVS011',
    severity: 'error',
    title: 'a VIP is a host’s own address',
    why: 'Real servers hold the VIP quietly beside their own address (DR), and directors pass it on; a host’s own address can do neither.',
    check: (inventory) =>
      eachVip(inventory, (vip) => {
        const owner = everybody(inventory).find((host) => host.address === vip.address);
        return owner === undefined
          ? undefined
          : {
              message: `the VIP ${vip.address} is the address of ${owner.name}`,
              hint: 'choose an address that no host has',
            };
      }),
  },
  {
    id: 'LVS012',
    severity: 'error',
    title: 'one VIP is given twice',
    why: 'A VIP belongs to one cluster; two directors that raise it fight over it by ARP.',
    check: (inventory) => {
      const seen = new Set<string>();
      return eachVip(inventory, (vip) => {
        const again = seen.has(vip.address);
        seen.add(vip.address);
        return again
          ? { message: `the VIP ${vip.address} is given a second time`, hint: 'remove one of the two' }
          : undefined;
      });
    },
  },
  {
    id: 'LVS013',
    severity: 'error',
    title: 'a VIP cannot be an address of this kind',
    why: 'Loopback, multicast, broadcast, link-local and unspecified addresses cannot be reached by clients.',
    check: (inventory) =>
      eachVip(inventory, (vip) => {
        const range = rangeOf(vip.address);
        return unusable.has(range)
          ? {
              message: `the VIP ${vip.address} is ${article(range)} address`,
              hint: 'choose an address that clients can reach',
            }
          : undefined;
      }),
  },
  {
    id: 'LVS014',
    severity: 'error',
    title: 'IPv6 is not supported yet',
    why: 'DR and NAT are rendered and proven for IPv4; an IPv6 address would be half done.',
    check: (inventory) => [
      ...eachVip(inventory, (vip) =>
        familyOf(vip.address) === 'ipv6'
          ? { message: `the VIP ${vip.address} is an IPv6 address`, hint: 'use an IPv4 address' }
          : undefined,
      ),
      ...everybody(inventory)
        .filter((host) => familyOf(host.address) === 'ipv6')
        .map((host) => ({
          path: host.at,
          message: `${host.name} has the IPv6 address ${host.address}`,
          hint: 'use an IPv4 address',
        })),
    ],
  },
  {
    id: 'LVS015',
    severity: 'error',
    title: 'a NAT real server is outside the DIP’s network',
    why: 'Under NAT the reply goes to the DIP as the real server’s gateway, and a gateway has to be a neighbour.',
    check: ({ clusters }) =>
      outside(clusters, 'nat', (server, network) => ({
        path: server.at,
        message: `${server.name} (${server.address}) is outside the DIP’s network ${network}`,
        hint: `give it an address in ${network}, or correct the network`,
      })),
  },
  {
    id: 'LVS016',
    severity: 'error',
    title: 'a DR real server is outside the director’s network',
    why: 'DR rewrites the MAC address only, so director and real server must share one physical (L2) network.',
    check: ({ clusters }) =>
      outside(clusters, 'dr', (server, network) => ({
        path: server.at,
        message: `${server.name} (${server.address}) is outside the director’s network ${network}`,
        hint: 'DR needs one L2 network; where the address is on the same wire all the same, leave out network and the DIP’s prefix',
      })),
  },
  {
    id: 'LVS017',
    severity: 'error',
    title: 'the DIP’s network is not told',
    why: 'Under NAT it decides whether the real servers can use the DIP as their gateway, so it is not guessed.',
    check: ({ clusters }) =>
      clusters
        .filter(
          (cluster) =>
            cluster.mode === 'nat' && cluster.network === undefined && cluster.directors.length > 0,
        )
        .map((cluster) => ({
          path: [...cluster.at, 'directors'],
          message: `${cluster.name}: the DIP’s network is not told`,
          hint: `write the DIP with its prefix (${cluster.directors[0]!.address}/24), or add network: to the cluster`,
        })),
  },
  {
    id: 'LVS018',
    severity: 'error',
    title: 'an address is its network’s own or its broadcast address',
    why: 'The first and the last address of an IPv4 network stand for the network and for all its hosts.',
    check: ({ clusters }) =>
      clusters.flatMap((cluster) =>
        hostsOf(cluster).flatMap((host): Finding[] => {
          const network = host.prefix === undefined ? cluster.network : networkOf(host.address, host.prefix);
          return network !== undefined && isEdge(network, host.address)
            ? [
                {
                  path: host.at,
                  message: `${host.name} has ${host.address}, the network or broadcast address of ${network}`,
                  hint: `choose another address in ${network}`,
                },
              ]
            : [];
        }),
      ),
  },
];

const unusable = new Set([
  'loopback',
  'multicast',
  'broadcast',
  'unspecified',
  'linkLocal',
  'reserved',
  'ipv4Mapped',
]);

function article(range: string): string {
  const words = range.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}

function eachVip(
  { clusters }: Inventory,
  check: (vip: Cluster['vips'][number]) => Omit<Finding, 'path'> | undefined,
): Finding[] {
  return clusters.flatMap((cluster) =>
    cluster.vips.flatMap((vip) => {
      const found = check(vip);
      return found === undefined ? [] : [{ ...found, path: vip.at }];
    }),
  );
}

function outside(
  clusters: readonly Cluster[],
  mode: Cluster['mode'],
  finding: (server: Host, network: string) => Finding,
): Finding[] {
  return clusters
    .filter((cluster) => cluster.mode === mode)
    .flatMap(({ network, realServers }) =>
      network === undefined
        ? []
        : realServers
            .filter(
              (server) =>
                familyOf(server.address) === familyOf(network) && !contains(network, server.address),
            )
            .map((server) => finding(server, network)),
    );
}
