import type { Host } from '../../model/cluster.ts';
import { isStraight } from '../../model/forwarding.ts';
import type { Finding } from '../problem.ts';
import { didYouMean } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** Rules about hosts and what they are in their clusters. */
export const hostRules: readonly Rule[] = [
  {
    id: 'LVS053',
    severity: 'error',
    title: 'a host is described in two ways',
    why: 'A host that serves two clusters is one machine: one address, one interface, one way to reach it.',
    check: ({ clusters }) => {
      const known = new Map<string, Host>();
      return clusters.flatMap((cluster) =>
        [...cluster.directors, ...cluster.realServers, ...cluster.probes].flatMap((host): Finding[] => {
          const first = known.get(host.name);
          known.set(host.name, first ?? host);
          if (first === undefined || identity(first, host) === identity(host, first)) return [];
          return [
            {
              path: host.at,
              message: `${host.name} differs here from ${first.at.join('.')}`,
              hint: 'give it the same address, interface, ssh and vars at both places, or another name',
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
    why: 'A group that does not exist would leave a host without the settings that it was meant to have.',
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
    title: 'an unmanaged real server needs its VIP by hand',
    why: 'Under DR and TUN each real server must hold the VIP without answering ARP for it; on a host that nobody logs in to, only its owner can see to that.',
    check: ({ clusters }) =>
      clusters.flatMap(({ realServers, vips }) =>
        realServers
          .filter((server) => !server.managed && isStraight(server.mode))
          .map((server) => ({
            path: server.at,
            message: `${server.name} is not managed, so ${vips.map(({ address }) => address).join(', ')} must be set up on it by hand`,
            hint: 'a loopback (or dummy) interface with the VIP/32 that does not answer ARP',
          })),
      ),
  },
  {
    id: 'LVS059',
    severity: 'error',
    title: 'a director that nobody logs in to',
    why: 'The director holds the table and the VIPs; unmanaged, there is nothing that could be done.',
    check: ({ clusters }) =>
      clusters.flatMap(({ directors }) =>
        directors
          .filter(({ managed }) => !managed)
          .map((director) => ({
            path: director.at,
            message: `the director ${director.name} is not managed`,
            hint: 'managed: false (of a group or of defaults) is for real servers',
          })),
      ),
  },
  {
    id: 'LVS061',
    severity: 'error',
    title: 'a probe is part of the cluster',
    why: 'A director reaches its own VIP without the table, and a DR real server has the VIP itself: neither can say what a client sees.',
    check: ({ hosts, clusters }) =>
      clusters.flatMap(({ probes }) =>
        probes.flatMap((probe): Finding[] => {
          const same = hosts.find(({ name, address }) => name === probe.name || address === probe.address);
          if (same === undefined) return [];
          return [
            {
              path: probe.at,
              message: `the probe ${probe.name} is ${same.name}, a host of a cluster`,
              hint: 'ask from another host',
            },
          ];
        }),
      ),
  },
];

/** What makes a host one machine. A prefix that only one of the two tells is no difference. */
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
