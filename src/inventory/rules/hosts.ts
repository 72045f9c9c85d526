import type { Host } from '../../model/cluster.ts';
import { isStraight } from '../../model/forwarding.ts';
import type { Mistake } from '../problem.ts';
import { didYouMean } from '../../text/suggest.ts';
import type { Rule } from './rule.ts';

/** Rules about hosts and their roles in clusters. */
export const hostRules: readonly Rule[] = [
  {
    id: 'LVS053',
    severity: 'error',
    title: 'two descriptions of one host differ',
    why: 'A host in two clusters is one machine, with one address, one interface and one way to reach it.',
    check: ({ clusters }) => {
      const known = new Map<string, Host>();
      return clusters.flatMap((cluster) =>
        [...cluster.directors, ...cluster.realServers, ...cluster.probes].flatMap((host): Mistake[] => {
          const first = known.get(host.name);
          known.set(host.name, first ?? host);
          if (first === undefined || identity(first, host) === identity(host, first)) return [];
          return [
            {
              path: host.at,
              message: `${host.name} differs here from ${first.at.join('.')}`,
              hint: 'give it the same address, interface, ssh and vars in both places, or another name',
            },
          ];
        }),
      );
    },
  },
  {
    id: 'LVS054',
    severity: 'error',
    title: 'an unknown group',
    why: 'A host in a group that does not exist would silently lack the settings of that group.',
    check: ({ hosts, clusters }, shape) => {
      const groups = Object.keys(shape.groups ?? {});
      return [...hosts, ...clusters.flatMap(({ probes }) => probes)].flatMap((host) =>
        host.groups
          .map((group, index) => ({ group, index }))
          .filter(({ group }) => !groups.includes(group))
          .map(({ group, index }) => ({
            path: [...host.at, 'groups', index],
            message: `${host.name} is in the unknown group ${group}`,
            hint: didYouMean(group, groups),
          })),
      );
    },
  },
  {
    id: 'LVS056',
    severity: 'warning',
    title: 'the VIP of an unmanaged real server must be set up by hand',
    why: 'Under DR and TUN each real server must hold the VIP without answering ARP for it. lvsform does not log in to an unmanaged host, so its owner must set this up.',
    check: ({ clusters }) =>
      clusters.flatMap(({ realServers, vips }) =>
        realServers
          .filter((server) => !server.managed && isStraight(server.mode))
          .map((server) => ({
            path: server.at,
            message: `${server.name} is not managed, so ${vips.map(({ address }) => address).join(', ')} must be set up on it by hand`,
            hint: 'add VIP/32 to a loopback (or dummy) interface, and keep the host from answering ARP for it',
          })),
      ),
  },
  {
    id: 'LVS059',
    severity: 'error',
    title: 'a director is not managed',
    why: 'The director holds the virtual services and the VIPs. lvsform does not log in to an unmanaged host, so it could set up nothing there.',
    check: ({ clusters }) =>
      clusters.flatMap(({ directors }) =>
        directors
          .filter(({ managed }) => !managed)
          .map((director) => ({
            path: director.at,
            message: `the director ${director.name} is not managed`,
            hint: 'managed: false (from a group or from defaults) is only for real servers',
          })),
      ),
  },
  {
    id: 'LVS061',
    severity: 'error',
    title: 'a probe is also a host of a cluster',
    why: 'A director reaches its own VIP without the kernel’s table, and a DR real server has the VIP itself. So neither sees what a client sees.',
    check: ({ hosts, clusters }) =>
      clusters.flatMap(({ probes }) =>
        probes.flatMap((probe): Mistake[] => {
          const same = hosts.find(({ name, address }) => name === probe.name || address === probe.address);
          if (same === undefined) return [];
          return [
            {
              path: probe.at,
              message: `the probe ${probe.name} is ${same.name}, a host of a cluster`,
              hint: 'use another host as the probe',
            },
          ];
        }),
      ),
  },
];

/** What must be equal in all entries of one machine. A prefix that only one entry has is no difference. */
function identity(host: Host, other: Host): string {
  const { address, prefix, address6, prefix6, managed, ssh, vars } = host;
  return JSON.stringify([
    address,
    prefix ?? other.prefix ?? null,
    address6 ?? null,
    prefix6 ?? other.prefix6 ?? null,
    host.interface,
    managed,
    ssh,
    vars,
  ]);
}
