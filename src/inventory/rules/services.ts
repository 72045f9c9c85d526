import { endpoint } from '../../net/address.ts';
import { schedulers } from '../../model/schedulers.ts';
import type { Finding } from '../problem.ts';
import { chosenServers } from '../resolve-services.ts';
import { didYouMean } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** Rules about virtual services and who answers them. */
export const serviceRules: readonly Rule[] = [
  {
    id: 'LVS030',
    severity: 'error',
    title: 'port mapping under DR',
    why: 'DR leaves the packet as it is, its port too; ipvsadm accepts another port and stores the service’s (measured), which would be drift for ever.',
    check: ({ clusters }) =>
      clusters
        .filter(({ mode }) => mode === 'dr')
        .flatMap(({ services }) =>
          services.flatMap((service) =>
            service.destinations
              .filter(({ port }) => port !== service.port)
              .map(({ server, port, at }) => ({
                path: at,
                message: `${server}: port ${service.port} cannot be mapped to ${port} under DR`,
                hint: `let the real server listen on ${service.port}, or use mode: nat`,
              })),
          ),
        ),
  },
  {
    id: 'LVS031',
    severity: 'error',
    title: 'one virtual service is given twice',
    why: 'The kernel’s table has one entry for a protocol, address and port.',
    check: ({ clusters }) => {
      const seen = new Set<string>();
      return clusters.flatMap(({ services }) =>
        services.flatMap(({ protocol, vip, port, at }): Finding[] => {
          const key = `${protocol} ${endpoint(vip, port)}`;
          if (!seen.has(key)) {
            seen.add(key);
            return [];
          }
          return [
            {
              path: [...at, 'port'],
              message: `the service ${key} is given a second time`,
              hint: 'join the two',
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
    check: ({ clusters }) =>
      clusters.flatMap(({ services }) =>
        services
          .filter(({ ask, protocol }) => ask !== 'none' && (ask === 'udp') !== (protocol === 'udp'))
          .map(({ ask, protocol, at }) => ({
            path: [...at, 'ask'],
            message: `ask: ${ask} is not for a ${protocol} service`,
            hint: protocol === 'udp' ? 'use udp or none' : 'use http, https, tcp or none',
          })),
      ),
  },
  {
    id: 'LVS032',
    severity: 'error',
    title: 'an unknown scheduler',
    why: 'The kernel refuses a scheduler for which it has no module; keepalived goes on with wlc and only warns.',
    check: ({ clusters }) =>
      clusters.flatMap(({ services }) =>
        services
          .filter(({ scheduler }) => !schedulers.includes(scheduler))
          .map(({ scheduler, at }) => ({
            path: [...at, 'scheduler'],
            message: `unknown scheduler ${scheduler}`,
            hint: didYouMean(scheduler, schedulers),
          })),
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
        (shape.clusters[name]?.services ?? []).flatMap((service, index) =>
          chosenServers(service, ['clusters', name, 'services', index], realServers)
            .filter((chosen) => !realServers.some((server) => server.name === chosen.name))
            .map((chosen) => ({
              path: chosen.path,
              message: `${name} has no real server ${chosen.name}`,
              hint: didYouMean(
                chosen.name,
                realServers.map((server) => server.name),
              ),
            })),
        ),
      ),
  },
  {
    id: 'LVS035',
    severity: 'error',
    title: 'a service is on an address that is not a VIP of the cluster',
    why: 'A service’s address has to be carried by the director, and that is what vip and vips say.',
    check: ({ clusters }, shape) =>
      clusters.flatMap(({ name, services, vips }) =>
        services.flatMap((service, index): Finding[] => {
          const told = shape.clusters[name]?.services[index]?.vip !== undefined;
          if (told && !vips.some(({ address }) => address === service.vip)) {
            return [
              {
                path: [...service.at, 'vip'],
                message: `${name} has no VIP ${service.vip}`,
                hint: didYouMean(
                  service.vip,
                  vips.map(({ address }) => address),
                ),
              },
            ];
          }
          if (told || vips.length < 2) return [];
          return [
            {
              path: service.at,
              message: `the service on port ${service.port} does not say on which of the ${vips.length} VIPs`,
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
        services.flatMap(({ destinations }) => {
          const seen = new Set<string>();
          return destinations.flatMap(({ server, address, port, at }): Finding[] => {
            const key = endpoint(address, port);
            if (!seen.has(key)) {
              seen.add(key);
              return [];
            }
            return [
              { path: at, message: `${server} (${key}) is named twice`, hint: 'remove one of the two' },
            ];
          });
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
          .filter(({ destinations }) => destinations.every(({ weight }) => weight === 0))
          .map(({ protocol, vip, port, at, destinations }) => ({
            path: at,
            message: `no real server takes connections for ${protocol} ${endpoint(vip, port)}`,
            hint: destinations.length === 0 ? 'add a real server' : 'give one of them a weight above 0',
          })),
      ),
  },
];
