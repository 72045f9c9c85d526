import { serviceName } from '../../model/service-key.ts';
import { few } from '../../text/few.ts';
import type { Cluster, Destination, VirtualService } from '../../model/cluster.ts';

/** Services and real servers that do not fit together, and that one correction would mend. */
export interface Misfit {
  readonly services: readonly VirtualService[];
  /** One for each real server. */
  readonly destinations: readonly Destination[];
}

/**
 * Finds what does not fit, once for each cause. If no real server fits a service, the service is the cause, together with all
 * services of the cluster that are wrong in the same way. Otherwise each real server is, for all services that it does not
 * fit. `wrong`: in which way a service and a real server do not fit; undefined if they do.
 */
export function misfits(
  { services }: Cluster,
  wrong: (service: VirtualService, destination: Destination) => string | undefined,
): Misfit[] {
  const causes = new Map<string, { services: Set<VirtualService>; destinations: Map<string, Destination> }>();
  for (const service of services) {
    const found = service.destinations.flatMap((destination) => {
      const way = wrong(service, destination);
      return way === undefined ? [] : [{ destination, way }];
    });
    const isWhole = found.length > 1 && found.length === service.destinations.length;
    const all = found.map(({ destination, way }) => `${destination.server} ${way}`).join('\n');
    for (const { destination, way } of found) {
      const key = isWhole ? `services ${all}` : `server ${destination.server} ${way}`;
      const cause = causes.get(key) ?? { services: new Set(), destinations: new Map() };
      cause.services.add(service);
      if (!cause.destinations.has(destination.server))
        cause.destinations.set(destination.server, destination);
      causes.set(key, cause);
    }
  }
  return [...causes.values()].map((cause) => ({
    services: [...cause.services],
    destinations: [...cause.destinations.values()],
  }));
}

/** `tcp 10.0.0.1:80, tcp 10.0.0.1:443`. */
export function servicesText({ services }: Misfit): string {
  return few(services.map(serviceName));
}

/** `rs1 (10.0.0.7), rs2 (10.0.0.8)`. */
export function serversText({ destinations }: Misfit): string {
  return few(destinations.map(({ server, address }) => `${server} (${address})`));
}
