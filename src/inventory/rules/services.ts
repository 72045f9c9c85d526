import { serviceKey, serviceName } from '../../model/service-key.ts';
import { canonical, endpoint } from '../../net/address.ts';
import type { Mistake } from '../problem.ts';
import { chosenServers, local, sorryServer } from '../resolve-services.ts';
import { didYouMean } from '../../text/suggest.ts';
import type { Rule } from './rule.ts';
import { eachService } from './each.ts';
import { alike, isAmbiguous, namesNoServer, writtenService } from './written.ts';

/** Rules about virtual services and their real servers. */
export const serviceRules: readonly Rule[] = [
  {
    id: 'LVS031',
    severity: 'error',
    title: 'a virtual service is defined twice',
    why: 'The kernel’s table has one entry for each protocol, address and port, and one for each firewall mark.',
    check: (inventory, shape) => {
      const seen = new Set<string>();
      return eachService(inventory, (service, cluster) => {
        // Other rules report a VIP of two clusters, and a service that names none of several VIPs (LVS012, LVS035).
        if (isAmbiguous(cluster, service, shape)) return undefined;
        const own = service.mark === undefined ? `${cluster.name} ` : '';
        const key = `${own}${serviceKey(service)}`;
        if (!seen.has(key)) {
          seen.add(key);
          return undefined;
        }
        return {
          path: service.mark === undefined ? service.portAt : [...service.at, 'mark'],
          message: `the service ${serviceName(service)} is defined twice`,
          hint: service.mark === undefined ? 'keep one of the two' : 'give each its own mark',
        };
      });
    },
  },
  {
    id: 'LVS062',
    severity: 'error',
    title: 'ask does not fit the protocol',
    why: 'verify cannot send a datagram to a TCP service, or an HTTP request to a UDP service.',
    check: (inventory, shape) =>
      eachService(inventory, (service, cluster) => {
        const { at, onePacket, persistence } = service;
        const places = alike(cluster, service).flatMap((each) => each.places);
        const told = writtenService(cluster, service, shape)?.ask;
        if (told === undefined || told === 'none') return undefined;
        // LVS039 and LVS041 ask for protocol: udp already.
        if (told === 'udp' && (onePacket || persistence?.engine !== undefined)) return undefined;
        if (places.some(({ protocol }) => protocol === (told === 'udp' ? 'udp' : 'tcp'))) return undefined;
        const protocols = [...new Set(places.map(({ protocol }) => protocol))].join(' and ');
        return {
          path: [...at, 'ask'],
          message: `ask: ${told} does not work for a ${protocols} service`,
          hint:
            protocols === 'udp'
              ? 'use udp or none'
              : protocols === 'sctp'
                ? 'use none'
                : 'use http, https, tcp or none',
        };
      }),
  },
  {
    id: 'LVS033',
    severity: 'error',
    title: 'a weight out of range',
    why: 'Current kernels have weights from 0 to 65535 (ip_vs). ipvsadm accepts a larger number, and the kernel then stores another one.',
    check: ({ clusters }) =>
      clusters.flatMap(({ services, realServers }) => {
        const wrong = (weight: number): boolean => weight < 0 || weight > 65_535;
        const own = realServers.filter(({ weight }) => wrong(weight));
        const ours = new Set(own.map(({ name }) => name));
        const inServices = services.flatMap(({ destinations }) => destinations);
        return [
          ...own.map(({ name, weight, at }) => ({ name, weight, path: [...at, 'weight'] })),
          ...inServices
            .filter(({ weight, server }) => wrong(weight) && !ours.has(server))
            .map(({ server, weight, at }) => ({ name: server, weight, path: at })),
        ].map(({ name, weight, path }) => ({
          path,
          message: `${name}: the weight ${weight} is out of range`,
          hint: 'use 0 to 65535; only the ratio of the weights counts',
        }));
      }),
  },
  {
    id: 'LVS034',
    severity: 'error',
    title: 'a service names an unknown real server',
    why: 'A real server whose name is misspelt would silently get no connections.',
    check: ({ clusters }, shape) =>
      clusters.flatMap(({ name, realServers }) => {
        const known = new Set(realServers.map((server) => server.name));
        return (shape.clusters[name]?.services ?? []).flatMap((service, index) => {
          const at = ['clusters', name, 'services', index];
          const sorry = sorryServer(service);
          return [
            ...chosenServers(service, at, realServers),
            ...(sorry === undefined || sorry.server === local
              ? []
              : [{ name: sorry.server, path: [...at, 'sorry_server'] }]),
          ]
            .filter((chosen) => !known.has(chosen.name))
            .map((chosen) => ({
              path: chosen.path,
              message: `${name} has no real server ${chosen.name}`,
              hint: didYouMean(chosen.name, [...known]),
            }));
        });
      }),
  },
  {
    id: 'LVS035',
    severity: 'error',
    title: 'the VIP of a service is unknown or missing',
    why: 'The director must hold the address of a service; vip and vips of the cluster list these addresses. Where a cluster has several, a service with a port says which one it uses.',
    check: (inventory, shape) =>
      eachService(inventory, (service, cluster) => {
        const { name, vips } = cluster;
        const { at, places } = service;
        if (vips.length === 0) return undefined;
        const written = writtenService(cluster, service, shape);
        const several = written?.vips;
        const stranger = places.find(({ vip }) => !vips.some(({ address }) => address === vip));
        if ((several ?? written?.vip) !== undefined && stranger !== undefined) {
          const index = several?.findIndex((each) => canonical(each) === stranger.vip);
          return {
            path: index === undefined ? [...at, 'vip'] : [...at, 'vips', index],
            message: `${name} has no VIP ${stranger.vip}`,
            hint: didYouMean(
              stranger.vip,
              vips.map(({ address }) => address),
            ),
          };
        }
        if (!isAmbiguous(cluster, service, shape)) return undefined;
        return {
          path: at,
          message: `the service on port ${places[0]!.first} does not say which of the ${vips.length} VIPs it uses`,
          hint: `add vip: ${vips[0]!.address}, or vips: [${vips.map(({ address }) => address).join(', ')}]`,
        };
      }),
  },
  {
    id: 'LVS036',
    severity: 'error',
    title: 'a service lists a real server twice',
    why: 'The kernel’s table has one entry for each service, address and port.',
    check: (inventory) =>
      eachService(inventory, ({ destinations, sorry }) => {
        const seen = new Set<string>();
        return [...destinations, ...(sorry === undefined ? [] : [sorry])].flatMap(
          ({ server, address, port, at }): Mistake | Mistake[] => {
            const place = endpoint(address, port);
            // Another rule reports two real servers with one address (LVS010).
            const key = `${server} ${place}`;
            if (!seen.has(key)) {
              seen.add(key);
              return [];
            }
            return {
              path: at,
              message: `${server} (${place}) is listed twice`,
              hint: 'remove one of the two',
            };
          },
        );
      }),
  },
  {
    id: 'LVS037',
    severity: 'warning',
    title: 'no real server takes connections for a service',
    why: 'A real server with weight 0 takes no new connections. Where every weight is 0, every client is refused.',
    check: (inventory, shape) =>
      eachService(inventory, (service, cluster) => {
        const { destinations, sorry, at } = service;
        if (sorry !== undefined || destinations.some(({ weight }) => weight > 0)) return undefined;
        // Another rule reports a service with unknown names only (LVS034).
        if (destinations.length === 0 && !namesNoServer(cluster, service, shape)) return undefined;
        return {
          path: at,
          message: `no real server takes connections for ${serviceName(service)}`,
          hint:
            destinations.length === 0
              ? 'add a real server'
              : 'give one of them a weight above 0, or name a sorry_server',
        };
      }),
  },
];
