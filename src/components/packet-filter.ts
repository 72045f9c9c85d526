import type { Director, VirtualService } from '../model/cluster.ts';
import { isActiveDirector, isStraight } from '../model/forwarding.ts';
import { familyOf } from '../net/address.ts';
import { bootParts } from '../resources/boot.ts';
import type { Resource } from '../resources/index.ts';
import type { PacketFilterResource } from '../resources/packet-filter.ts';
import type { FilterFamily, PacketRule } from '../resources/packet-rules.ts';
import type { Role } from '../model/roles.ts';
import type { Component } from './component.ts';
import { bootScript } from './init-script.ts';

/**
 * On directors: the marks that make one service of several ports, and the source NAT that makes FULLNAT of NAT. On real
 * servers with `arp: arptables`: the rules that suppress ARP for the VIP.
 */
export const packetFilterComponent: Component = (site) => {
  const rules = site.roles.flatMap(rulesOf);
  if (rules.length === 0) return [];
  const filters = (['ip', 'ip6', 'arp'] as const)
    .map((family): PacketFilterResource => ({
      kind: 'packet-filter',
      family,
      rules: rules.filter((rule) => filterFamily(rule) === family),
    }))
    .filter((filter) => filter.rules.length > 0);
  const script: Resource[] = bootScript(
    site,
    {
      name: 'lvs-filter',
      description: 'LVS packet filter: firewall marks, source NAT, quiet ARP',
      start: 89,
      stop: 11,
      active: true,
      before: ['lvs-director', 'lvs-realserver'],
    },
    bootParts(filters),
  );
  const tool: Resource = { kind: 'package', name: 'nftables', installed: true, unless: 'iptables' };
  return [...(site.family === 'debian' ? [tool] : []), ...filters, ...script];
};

function filterFamily(rule: PacketRule): FilterFamily {
  if (rule.do === 'ignore' || rule.do === 'speak') return 'arp';
  return familyOf(rule.vip) === 'ipv6' ? 'ip6' : 'ip';
}

function rulesOf(role: Role): PacketRule[] {
  const { cluster } = role;
  if (role.as === 'director')
    return cluster.services.flatMap((service) => directorRules(service, role.director));
  const { server } = role;
  const holds = isStraight(server.mode) && !isActiveDirector(cluster, server.name);
  if (!holds || cluster.arp !== 'arptables') return [];
  const vips = cluster.vips.map(({ address }) => address).filter((address) => familyOf(address) === 'ipv4');
  return vips.flatMap((address): PacketRule[] => [
    { do: 'ignore', address },
    { do: 'speak', address, as: server.address },
  ]);
}

function directorRules(
  { mark, places, family, destinations, sorry }: VirtualService,
  director: Director,
): PacketRule[] {
  const to = family === 'ipv6' ? (director.address6 ?? director.address) : director.address;
  const servers = [...destinations, ...(sorry === undefined ? [] : [sorry])]
    .filter(({ mode, address }) => mode === 'fullnat' && address !== to)
    .map(({ address }) => address);
  return places.flatMap((place): PacketRule[] => [
    ...(mark === undefined ? [] : [{ do: 'mark' as const, mark, ...place }]),
    ...[...new Set(servers)].map((server) => ({ do: 'source' as const, server, to, ...place })),
  ]);
}
