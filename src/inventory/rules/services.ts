import { serviceKey, serviceName } from '../../model/service-key.ts';
import { endpoint } from '../../net/address.ts';
import type { Finding } from '../problem.ts';
import { chosenServers, sorryServer } from '../resolve-services.ts';
import { didYouMean } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** Rules about which virtual services there are, and who answers them. */
export const serviceRules: readonly Rule[] = [
  {
    id: 'LVS031',
    severity: 'error',
    title: 'one virtual service is given twice',
    why: 'The kernel’s table has one entry for a protocol, address and port, and one for a firewall mark.',
    check: ({ clusters }) => {
      const seen = new Set<string>();
      return clusters.flatMap(({ services }) =>
        services.flatMap((service): Finding[] => {
          const key = serviceKey(service);
          if (!seen.has(key)) {
            seen.add(key);
            return [];
          }
          return [
            {
              path: [...service.at, service.mark === undefined ? 'port' : 'mark'],
              message: `the service ${serviceName(service)} is given a second time`,
              hint: service.mark === undefined ? 'join the two' : 'give each its own mark',
            },
          ];
        }),
      );
    },
  },
  {
    id: 'LVS062',
    severity: 'error',
    title: 'the way of asking does not fit the protocol',
    why: 'A datagram cannot be sent to a TCP service, nor an HTTP request to a UDP one.',
    check: ({ clusters }, shape) =>
      clusters.flatMap(({ name, services }) =>
        services.flatMap(({ at, places }): Finding[] => {
          const told = shape.clusters[name]?.services[Number(at.at(-1))]?.ask;
          if (told === undefined || told === 'none') return [];
          if (places.some(({ protocol }) => protocol === (told === 'udp' ? 'udp' : 'tcp'))) return [];
          const protocols = [...new Set(places.map(({ protocol }) => protocol))].join(' and ');
          return [
            {
              path: [...at, 'ask'],
              message: `ask: ${told} is not for a ${protocols} service`,
              hint:
                protocols === 'udp'
                  ? 'use udp or none'
                  : protocols === 'sctp'
                    ? 'use none'
                    : 'use http, https, tcp or none',
            },
          ];
        }),
      ),
  },
  {
    id: 'LVS033',
    severity: 'error',
    title: 'a weight out of range',
    why: 'Weights are 0 to 65535 in today’s kernels (ip_vs); ipvsadm accepts more and the kernel then keeps something else.',
    check: ({ clusters }) =>
      clusters.flatMap(({ services, realServers }) => {
        const wrong = (weight: number): boolean => weight < 0 || weight > 65_535;
        const own = realServers.filter(({ weight }) => wrong(weight));
        const inServices = services.flatMap(({ destinations }) => destinations);
        return [
          ...own.map(({ name, weight, at }) => ({ name, weight, path: [...at, 'weight'] })),
          ...inServices
            .filter(({ weight, server }) => wrong(weight) && !own.some(({ name }) => name === server))
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
    title: 'a service names a real server that is not there',
    why: 'A name that leads nowhere would be a server that silently gets no work.',
    check: ({ clusters }, shape) =>
      clusters.flatMap(({ name, realServers }) =>
        (shape.clusters[name]?.services ?? []).flatMap((service, index) => {
          const at = ['clusters', name, 'services', index];
          const sorry = sorryServer(service);
          return [
            ...chosenServers(service, at, realServers),
            ...(sorry === undefined ? [] : [{ name: sorry.server, path: [...at, 'sorry_server'] }]),
          ]
            .filter((chosen) => !realServers.some((server) => server.name === chosen.name))
            .map((chosen) => ({
              path: chosen.path,
              message: `${name} has no real server ${chosen.name}`,
              hint: didYouMean(
                chosen.name,
                realServers.map((server) => server.name),
              ),
            }));
        }),
      ),
  },
  {
    id: 'LVS035',
    severity: 'error',
    title: 'a service is on an address that is not a VIP of the cluster',
    why: 'A service’s address has to be carried by the director, and that is what vip and vips say.',
    check: ({ clusters }, shape) =>
      clusters.flatMap(({ name, services, vips }) =>
        services.flatMap(({ at, places, mark }): Finding[] => {
          const written = shape.clusters[name]?.services[Number(at.at(-1))];
          const key = written?.vips === undefined ? 'vip' : 'vips';
          const stranger = places.find(({ vip }) => !vips.some(({ address }) => address === vip));
          if (written?.[key] !== undefined && stranger !== undefined) {
            return [
              {
                path: [...at, key],
                message: `${name} has no VIP ${stranger.vip}`,
                hint: didYouMean(
                  stranger.vip,
                  vips.map(({ address }) => address),
                ),
              },
            ];
          }
          if (written?.[key] !== undefined || vips.length < 2 || mark !== undefined) return [];
          return [
            {
              path: at,
              message: `the service on port ${places[0]!.first} does not say on which of the ${vips.length} VIPs`,
              hint: `add vip: ${vips[0]!.address}`,
            },
          ];
        }),
      ),
  },
  {
    id: 'LVS036',
    severity: 'error',
    title: 'a service names one real server twice',
    why: 'The kernel’s table has one entry for a service, address and port.',
    check: ({ clusters }) =>
      clusters.flatMap(({ services }) =>
        services.flatMap(({ destinations, sorry }) => {
          const seen = new Set<string>();
          return [...destinations, ...(sorry === undefined ? [] : [sorry])].flatMap(
            ({ server, address, port, at }): Finding[] => {
              const key = endpoint(address, port);
              if (!seen.has(key)) {
                seen.add(key);
                return [];
              }
              return [
                { path: at, message: `${server} (${key}) is named twice`, hint: 'remove one of the two' },
              ];
            },
          );
        }),
      ),
  },
  {
    id: 'LVS037',
    severity: 'warning',
    title: 'a service that nobody answers',
    why: 'Weight 0 takes no new connections; where every weight is 0, each client is refused.',
    check: ({ clusters }) =>
      clusters.flatMap(({ services }) =>
        services
          .filter(
            ({ destinations, sorry }) =>
              sorry === undefined && destinations.every(({ weight }) => weight === 0),
          )
          .map((service) => ({
            path: service.at,
            message: `no real server takes connections for ${serviceName(service)}`,
            hint:
              service.destinations.length === 0
                ? 'add a real server'
                : 'give one of them a weight above 0, or name a sorry_server',
          })),
      ),
  },
];
