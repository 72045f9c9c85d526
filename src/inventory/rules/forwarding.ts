import type { Cluster, Destination, Host } from '../../model/cluster.ts';
import { isStraight } from '../../model/forwarding.ts';
import { contains, familyOf, type Network, networkOf } from '../../net/address.ts';
import { ownPort } from '../../model/service-key.ts';
import type { Mistake } from '../problem.ts';
import { few } from '../../text/few.ts';
import { eachCluster, eachServer } from './each.ts';
import { misfits, serversText, servicesText } from './misfits.ts';
import { mappedSorry } from './sorry.ts';
import type { Rule } from './rule.ts';

/** Rules about what each forwarding mode needs. */
export const forwardingRules: readonly Rule[] = [
  {
    id: 'LVS015',
    severity: 'error',
    title: 'a NAT real server is outside the DIP’s network',
    why: 'Under NAT the real server sends its replies to the DIP, its gateway. A gateway must be in the same network.',
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
    why: 'DR rewrites only the MAC address, so the director and the real server must share one physical (L2) network.',
    check: ({ clusters }) =>
      outside(clusters, 'dr', (server, address, network) => ({
        path: server.at,
        message: `${server.name} (${address}) is outside the director’s network ${network}`,
        hint: 'use mode: tun, which needs no common L2 network; if the real server is on the director’s L2 network, leave out network: and the DIP’s prefix',
      })),
  },
  {
    id: 'LVS017',
    severity: 'error',
    title: 'the DIP’s network is missing',
    why: 'Under NAT this network decides whether the real servers can use the DIP as their gateway, so lvsform does not guess it.',
    check: ({ clusters }) =>
      clusters
        .filter(
          ({ network, directors, realServers, mode, failover }) =>
            network === undefined &&
            // Of a missing director LVS050 speaks, of a missing second one LVS078.
            directors.length > (failover === undefined ? 0 : 1) &&
            (mode === 'nat' || realServers.some((server) => server.mode === 'nat')),
        )
        .map((cluster) => ({
          path: [...cluster.at, 'directors'],
          message: `${cluster.name}: the DIP’s network is missing`,
          hint: `write the DIP with its prefix (${cluster.directors[0]!.address}/24), or add network: to the cluster`,
        })),
  },
  {
    id: 'LVS019',
    severity: 'error',
    title: 'a real server has no address of the service’s address family',
    why: 'A director forwards an IPv6 request to an IPv6 address, and an IPv4 request to an IPv4 address. Only a tunnel carries one inside the other; ipvsadm refuses the rest.',
    check: (inventory) =>
      eachCluster(inventory, (cluster) =>
        misfits(cluster, ({ family }, { address, mode }) =>
          mode !== 'tun' && familyOf(address) !== family ? family : undefined,
        ).map((misfit) => ({
          path: misfit.destinations[0]!.at,
          message: `${servicesText(misfit)} cannot be forwarded to ${serversText(misfit)}`,
          hint:
            misfit.services[0]!.family === 'ipv6'
              ? 'add address6 to the real server (and to the directors), or use mode: tun'
              : 'give the real server an IPv4 address (and the IPv6 one as address6), or use mode: tun',
        })),
      ),
  },
  {
    id: 'LVS030',
    severity: 'error',
    title: 'port mapping without NAT',
    why: 'DR and TUN do not change the packet, so its port stays the same. ipvsadm accepts another port but stores the service’s port (measured), so each plan would show drift.',
    check: (inventory) =>
      eachCluster(inventory, (cluster) => [
        ...cluster.services.flatMap(mappedSorry),
        ...misfits(cluster, (service, { port, mode }) =>
          isStraight(mode) && port !== ownPort(service) ? `${port} ${mode}` : undefined,
        ).map(({ services, destinations }) => {
          const own = [...new Set(services.map(ownPort))];
          const [{ port, mode, at }] = destinations as [Destination];
          const from = own.includes(0) ? 'the port of the request' : `port ${few(own.map(String))}`;
          return {
            path: at,
            message: `${few(destinations.map(({ server }) => server))}: ${from} cannot be mapped to ${port} under ${mode.toUpperCase()}`,
            hint: `let ${destinations.length === 1 ? 'the real server' : 'the real servers'} listen on ${own.includes(0) ? 'the port that clients ask for' : few(own.map(String))}, or use mode: nat`,
          };
        }),
      ]),
  },
  {
    id: 'LVS057',
    severity: 'error',
    title: 'gateway: table needs mode: nat',
    why: 'gateway: table routes replies through the director, which only NAT needs. Under DR and TUN a real server replies straight to the client, so its gateway must not be the director. Under FULLNAT requests come from the director’s address, so replies return to it without a route of their own.',
    check: ({ clusters }) =>
      clusters.flatMap(({ realServers }) =>
        realServers
          .filter(({ gateway, mode }) => gateway === 'table' && mode !== 'nat')
          .map((server) => ({
            path: [...server.at, 'gateway'],
            message: `${server.name}: gateway: table needs mode: nat`,
            hint: 'remove it',
          })),
      ),
  },
  {
    id: 'LVS060',
    severity: 'error',
    title: 'a real server would need two gateways',
    why: 'Under NAT replies leave through the director. A host has one default route, and so has the routing table of lvsform.',
    check: (inventory) => {
      const gateways = new Map<string, string>();
      return eachServer(inventory, (server, { directors }) => {
        const dip = directors.find(({ active }) => active)?.address;
        if (server.mode !== 'nat' || dip === undefined) return undefined;
        if (server.gateway === 'keep' || !server.managed) return undefined;
        const other = gateways.get(server.name) ?? dip;
        gateways.set(server.name, other);
        if (other === dip) return undefined;
        return {
          path: server.at,
          message: `${server.name} would need the gateways ${other} and ${dip}`,
          hint: 'use the same director in both clusters, or set gateway: keep and set the routes yourself',
        };
      });
    },
  },
  {
    id: 'LVS065',
    severity: 'warning',
    title: 'an arp setting without effect',
    why: 'Only DR and TUN real servers hold the VIP, and only IPv4 uses ARP.',
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
          message: `arp: ${arp} has no effect on the real servers of ${name}`,
          hint: 'remove it',
        })),
  },
  {
    id: 'LVS052',
    severity: 'error',
    title: 'a standby director is a NAT real server',
    why: 'The gateway of a NAT real server is the active director. A standby director that is also a NAT real server could not reach its clients by itself when it becomes active.',
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
  mistake: (server: Host, address: string, network: string) => Mistake,
): Mistake[] {
  return clusters.flatMap((cluster) =>
    networksOf(cluster).flatMap((network) =>
      cluster.realServers
        .filter((server) => server.mode === mode)
        .flatMap((server) =>
          [server.address, ...(server.address6 === undefined ? [] : [server.address6])]
            .filter((address) => familyOf(address) === familyOf(network) && !contains(network, address))
            // Of an address to which no service can forward LVS019 speaks.
            .filter((address) => cluster.services.some(({ family }) => family === familyOf(address)))
            .map((address) => mistake(server, address, network)),
        ),
    ),
  );
}
