import type { Cluster, Host } from '../../model/cluster.ts';
import { isStraight } from '../../model/forwarding.ts';
import { serviceName } from '../../model/service-key.ts';
import { contains, familyOf, type Network, networkOf } from '../../net/address.ts';
import type { Finding } from '../problem.ts';
import type { Rule } from './rule.ts';

/** Rules about what each way of forwarding needs. */
export const forwardingRules: readonly Rule[] = [
  {
    id: 'LVS015',
    severity: 'error',
    title: 'a NAT real server is outside the DIP’s network',
    why: 'Under NAT the reply goes to the DIP as the real server’s gateway, and a gateway has to be a neighbour.',
    check: ({ clusters }) =>
      outside(clusters, 'nat', (server, address, network) => ({
        path: server.at,
        message: `${server.name} (${address}) is outside the DIP’s network ${network}`,
        hint: `give it an address in ${network}, correct the network, or use mode: fullnat`,
      })),
  },
  {
    id: 'LVS016',
    severity: 'error',
    title: 'a DR real server is outside the director’s network',
    why: 'DR rewrites the MAC address only, so director and real server must share one physical (L2) network.',
    check: ({ clusters }) =>
      outside(clusters, 'dr', (server, address, network) => ({
        path: server.at,
        message: `${server.name} (${address}) is outside the director’s network ${network}`,
        hint: 'DR needs one L2 network, mode: tun does not; where the address is on the same wire all the same, leave out network and the DIP’s prefix',
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
          ({ network, directors, realServers, mode }) =>
            network === undefined &&
            directors.length > 0 &&
            (mode === 'nat' || realServers.some((server) => server.mode === 'nat')),
        )
        .map((cluster) => ({
          path: [...cluster.at, 'directors'],
          message: `${cluster.name}: the DIP’s network is not told`,
          hint: `write the DIP with its prefix (${cluster.directors[0]!.address}/24), or add network: to the cluster`,
        })),
  },
  {
    id: 'LVS019',
    severity: 'error',
    title: 'a real server without an address of the service’s family',
    why: 'An IPv6 request is handed on to an IPv6 address, and an IPv4 one to an IPv4 address; only a tunnel carries one inside the other (ipvsadm refuses the rest).',
    check: ({ clusters }) =>
      clusters.flatMap(({ services }) =>
        services.flatMap((service) =>
          service.destinations
            .filter(({ address, mode }) => mode !== 'tun' && familyOf(address) !== service.family)
            .map(({ server, address, at }) => ({
              path: at,
              message: `${serviceName(service)} cannot be handed on to ${server} (${address})`,
              hint:
                service.family === 'ipv6'
                  ? 'add address6 to the real server (and to the directors), or use mode: tun'
                  : 'give the real server an IPv4 address (and the IPv6 one as address6), or use mode: tun',
            })),
        ),
      ),
  },
  {
    id: 'LVS030',
    severity: 'error',
    title: 'port mapping without NAT',
    why: 'DR and TUN leave the packet as it is, its port too; ipvsadm accepts another port and stores the service’s (measured), which would be drift for ever.',
    check: ({ clusters }) =>
      clusters.flatMap(({ services }) =>
        services.flatMap((service) => {
          const own = service.mark === undefined ? service.places[0]!.first : 0;
          return service.destinations
            .filter(({ port, mode }) => isStraight(mode) && port !== own)
            .map(({ server, port, mode, at }) => ({
              path: at,
              message: `${server}: port ${own === 0 ? 'of the request' : own} cannot be mapped to ${port} under ${mode.toUpperCase()}`,
              hint: `let the real server listen on ${own === 0 ? 'what clients ask for' : own}, or use mode: nat`,
            }));
        }),
      ),
  },
  {
    id: 'LVS057',
    severity: 'error',
    title: 'the real server’s routing table of its own needs NAT',
    why: 'Under DR and TUN replies go straight to the client: the gateway must not be the director. Under FULLNAT they find back by themselves.',
    check: ({ clusters }) =>
      clusters.flatMap(({ realServers }) =>
        realServers
          .filter(({ gateway, mode }) => gateway === 'table' && mode !== 'nat')
          .map((server) => ({
            path: [...server.at, 'gateway'],
            message: `${server.name}: gateway: table is for NAT`,
            hint: 'remove it',
          })),
      ),
  },
  {
    id: 'LVS060',
    severity: 'error',
    title: 'a real server would need two gateways',
    why: 'Under NAT replies leave through the director; a host has one default route, and our routing table has one, too.',
    check: ({ clusters }) => {
      const gateways = new Map<string, string>();
      return clusters.flatMap(({ directors, realServers }) =>
        realServers.flatMap((server): Finding[] => {
          const dip = directors.find(({ active }) => active)?.address;
          if (server.mode !== 'nat' || dip === undefined) return [];
          if (server.gateway === 'keep' || !server.managed) return [];
          const other = gateways.get(server.name) ?? dip;
          gateways.set(server.name, other);
          if (other === dip) return [];
          return [
            {
              path: server.at,
              message: `${server.name} would need the gateways ${other} and ${dip}`,
              hint: 'let both clusters have one director, or see to the routes yourself with gateway: keep',
            },
          ];
        }),
      );
    },
  },
  {
    id: 'LVS065',
    severity: 'warning',
    title: 'a way of keeping ARP quiet that nobody needs',
    why: 'Only DR and TUN real servers hold the VIP, and only IPv4 has ARP.',
    check: ({ clusters }) =>
      clusters
        .filter(
          ({ arp, realServers, vips }) =>
            arp !== 'kernel' &&
            (!realServers.some(({ mode }) => isStraight(mode)) ||
              vips.every(({ address }) => familyOf(address) === 'ipv6')),
        )
        .map(({ at, arp, name }) => ({
          path: [...at, 'arp'],
          message: `${name} has no real server for which arp: ${arp} would do anything`,
          hint: 'remove it',
        })),
  },
  {
    id: 'LVS052',
    severity: 'error',
    title: 'a standby director that would route through the active one',
    why: 'A NAT real server’s gateway is the active director. A director in reserve that is a NAT real server as well could not reach its clients by itself when it has to.',
    check: ({ clusters }) =>
      clusters.flatMap(({ directors, realServers }) =>
        realServers
          .filter(
            ({ name, mode }) =>
              mode === 'nat' && directors.some((each) => each.name === name && !each.active),
          )
          .map((server) => ({
            path: server.at,
            message: `${server.name} is a standby director and a NAT real server`,
            hint: 'use mode: dr for it, or another host',
          })),
      ),
  },
];

/** The networks in which a director's neighbours are. */
function networksOf({ network, directors }: Cluster): Network[] {
  const six = directors.find(({ active, prefix6 }) => active && prefix6 !== undefined);
  return [
    ...(network === undefined ? [] : [network]),
    ...(six === undefined ? [] : [networkOf(six.address6!, six.prefix6!)]),
  ];
}

function outside(
  clusters: readonly Cluster[],
  mode: Cluster['mode'],
  finding: (server: Host, address: string, network: string) => Finding,
): Finding[] {
  return clusters.flatMap((cluster) =>
    networksOf(cluster).flatMap((network) =>
      cluster.realServers
        .filter((server) => server.mode === mode)
        .flatMap((server) =>
          [server.address, ...(server.address6 === undefined ? [] : [server.address6])]
            .filter((address) => familyOf(address) === familyOf(network) && !contains(network, address))
            .map((address) => finding(server, address, network)),
        ),
    ),
  );
}
