import type { Cluster, Host, Inventory } from '../../model/cluster.ts';
import { isEdge, networkOf, reservedFor, unreachable } from '../../net/address.ts';
import { groupedBy } from '../../text/groups.ts';
import type { Mistake } from '../problem.ts';
import { eachCluster, eachMember } from './each.ts';
import type { Rule } from './rule.ts';

const everybody = ({ hosts, clusters }: Inventory): Host[] => [
  ...hosts,
  ...clusters.flatMap(({ probes }) => probes),
];

const addressesOf = ({ address, address6 }: Host): string[] => [
  address,
  ...(address6 === undefined ? [] : [address6]),
];

/** Rules about addresses. */
export const addressRules: readonly Rule[] = [
  {
    id: 'LVS010',
    severity: 'error',
    title: 'two hosts have the same address',
    why: 'Where two hosts answer ARP for the same address, each of them loses traffic to the other.',
    check: ({ hosts }) => {
      const owners = new Map<string, Host>();
      return hosts.flatMap((host) =>
        addressesOf(host).flatMap((address): Mistake | readonly Mistake[] => {
          const owner = owners.get(address);
          owners.set(address, owner ?? host);
          if (owner === undefined) return [];
          return {
            path: [...host.at],
            message: `${host.name} and ${owner.name} have the same address ${address}`,
            hint: 'give each host its own address',
          };
        }),
      );
    },
  },
  {
    id: 'LVS011',
    severity: 'error',
    title: 'a VIP is a host’s own address',
    why: 'A VIP is an additional address. DR real servers hold it without answering ARP for it, and it moves from one director to another. A host’s own address can do neither.',
    check: (inventory) => {
      const owners = groupedBy(everybody(inventory), addressesOf);
      return eachVip(inventory, (vip) => {
        const [owner] = owners.get(vip.address) ?? [];
        return owner === undefined
          ? undefined
          : {
              message: `the VIP ${vip.address} is the address of ${owner.name}`,
              hint: 'choose an address that no host has',
            };
      });
    },
  },
  {
    id: 'LVS012',
    severity: 'error',
    title: 'a VIP is listed twice',
    why: 'A VIP belongs to one cluster. Two directors that raise the same VIP fight over it by ARP.',
    check: (inventory) => {
      const seen = new Set<string>();
      return eachVip(inventory, (vip) => {
        const again = seen.has(vip.address);
        seen.add(vip.address);
        return again
          ? { message: `the VIP ${vip.address} is listed twice`, hint: 'remove one of the two' }
          : undefined;
      });
    },
  },
  {
    id: 'LVS013',
    severity: 'error',
    title: 'clients cannot reach the VIP',
    why: 'Clients cannot reach loopback, multicast, broadcast, IPv6 link-local, IPv4-mapped and unspecified addresses.',
    check: (inventory) =>
      eachVip(inventory, (vip) => {
        const words = unreachable(vip.address);
        return words === undefined
          ? undefined
          : {
              message: `the VIP ${vip.address} is ${words}`,
              hint: 'choose an address that clients can reach',
            };
      }),
  },
  {
    id: 'LVS115',
    severity: 'warning',
    title: 'the VIP has an address for a special purpose',
    why: 'The kernel takes addresses for documentation and benchmarks, reserved and IPv4 link-local ones like all others, and in a closed network they work. Routers on the Internet drop them (RFC 6890), and some clients refuse them.',
    check: (inventory) =>
      eachVip(inventory, (vip) => {
        const words = reservedFor(vip.address);
        return words === undefined
          ? undefined
          : {
              message: `the VIP ${vip.address} is ${words}`,
              hint: 'if clients come from other networks, choose another address',
            };
      }),
  },
  {
    id: 'LVS018',
    severity: 'error',
    title: 'a host has a network or broadcast address',
    why: 'The first and the last address of an IPv4 network are reserved: they mean the network itself and all its hosts.',
    check: (inventory) =>
      eachMember(inventory, (host, cluster) => {
        const network = host.prefix === undefined ? cluster.network : networkOf(host.address, host.prefix);
        return network !== undefined && isEdge(network, host.address)
          ? {
              path: host.at,
              message: `${host.name} has ${host.address}, the network or broadcast address of ${network}`,
              hint: `choose another address in ${network}`,
            }
          : undefined;
      }),
  },
];

function eachVip(
  inventory: Inventory,
  check: (vip: Cluster['vips'][number]) => Omit<Mistake, 'path'> | undefined,
): Mistake[] {
  return eachCluster(inventory, ({ vips }) =>
    vips.flatMap((vip) => {
      const found = check(vip);
      return found === undefined ? [] : [{ ...found, path: vip.at }];
    }),
  );
}
