import type { VirtualService } from '../../model/cluster.ts';
import { isStraight } from '../../model/forwarding.ts';
import { ownPort, serviceName } from '../../model/service-key.ts';
import type { Mistake } from '../problem.ts';
import { local, sorryServer } from '../resolve-services.ts';
import { eachService } from './each.ts';
import type { Rule } from './rule.ts';
import { writtenService } from './written.ts';

/** Rules about sorry servers. */
export const sorryRules: readonly Rule[] = [
  {
    id: 'LVS124',
    severity: 'error',
    title: 'sorry_server: local cannot mean this',
    why: 'local is the director itself. Its packets keep the address and the port of the service (under NAT the kernel drops packets to a loopback address), so it has no port of its own. And a real server must not have its name.',
    check: ({ clusters }, shape) =>
      clusters.flatMap(({ name, realServers }) =>
        (shape.clusters[name]?.services ?? []).flatMap((service, index): Mistake | Mistake[] => {
          const sorry = sorryServer(service);
          if (sorry?.server !== local) return [];
          const path = ['clusters', name, 'services', index, 'sorry_server'];
          if (realServers.some((each) => each.name === local))
            return { path, message: `a real server of ${name} is named local`, hint: 'rename it' };
          return sorry.port === undefined
            ? []
            : {
                path,
                message: 'the director answers on the port of the service',
                hint: 'use sorry_server: local',
              };
        }),
      ),
  },
  {
    id: 'LVS125',
    severity: 'warning',
    title: 'the sorry server of one service is a real server of another',
    why: 'A service that does not name its real servers has all of the cluster, without its own sorry server. A host that is there for excuses only would answer its requests.',
    check: (inventory, shape) =>
      eachService(inventory, (service, cluster) => {
        if (writtenService(cluster, service, shape)?.real_servers !== undefined) return undefined;
        const spares = new Set(cluster.services.flatMap(({ sorry }) => sorry?.server ?? []));
        const names = service.destinations.map(({ server }) => server);
        const spare = names.find((name) => spares.has(name));
        return spare === undefined
          ? undefined
          : {
              path: service.at,
              message: `${spare}, the sorry server of another service, is a real server of this one`,
              hint: `write real_servers: [${names.filter((name) => !spares.has(name)).join(', ')}], or with ${spare} if it is to answer here`,
            };
      }),
  },
];

/** The sorry server with a port of its own; the director itself, as one, has no other port (LVS124). */
export function mappedSorry(service: VirtualService): Mistake[] {
  const { sorry } = service;
  if (sorry === undefined || sorry.server === local || !isStraight(sorry.mode)) return [];
  if (sorry.port === ownPort(service)) return [];
  return [
    {
      path: sorry.at,
      message: `the sorry server ${sorry.server}: ${serviceName(service)} cannot be mapped to port ${sorry.port} under ${sorry.mode.toUpperCase()}`,
      hint: 'let it listen on the port that clients ask for, or give it mode: nat',
    },
  ];
}
