import type { Cluster, Host, RealServer, VirtualService } from '../../model/cluster.ts';
import type { Pair } from '../../model/failover.ts';
import type { HealthEngine } from '../../model/health.ts';
import type { Mistake } from '../problem.ts';

/** The result of one check: nothing, one mistake, or several. */
type Found = Mistake | readonly Mistake[] | undefined;

interface Clusters {
  readonly clusters: readonly Cluster[];
}

/** Checks each cluster. */
export function eachCluster({ clusters }: Clusters, look: (cluster: Cluster) => Found): Mistake[] {
  return clusters.flatMap((cluster) => look(cluster) ?? []);
}

/** Checks each cluster that has a failover engine. */
export function eachPair(inventory: Clusters, look: (cluster: Pair) => Found): Mistake[] {
  return eachCluster(inventory, (cluster) =>
    cluster.failover === undefined ? undefined : look({ ...cluster, failover: cluster.failover }),
  );
}

/** Checks each virtual service. Where one written service makes several, only the first mistake at each place counts. */
export function eachService(
  { clusters }: Clusters,
  look: (service: VirtualService, cluster: Cluster) => Found,
): Mistake[] {
  return clusters.flatMap((cluster) => {
    const first = new Map<string, VirtualService>();
    return cluster.services.flatMap((service) =>
      [look(service, cluster) ?? []].flat().filter(({ path }) => {
        const place = JSON.stringify([service.at, path]);
        if (!first.has(place)) first.set(place, service);
        return first.get(place) === service;
      }),
    );
  });
}

/** Checks each service that an engine watches. */
export function eachWatched(
  inventory: Clusters,
  look: (engine: Exclude<HealthEngine, 'none'>, service: VirtualService) => Found,
): Mistake[] {
  return eachService(inventory, (service, { health: { engine } }) =>
    engine === 'none' ? undefined : look(engine, service),
  );
}

/** Checks each real server of each cluster. */
export function eachServer(
  { clusters }: Clusters,
  look: (server: RealServer, cluster: Cluster) => Found,
): Mistake[] {
  return clusters.flatMap((cluster) => cluster.realServers.flatMap((server) => look(server, cluster) ?? []));
}

/** Checks each director and each real server of each cluster. */
export function eachMember({ clusters }: Clusters, look: (host: Host, cluster: Cluster) => Found): Mistake[] {
  return clusters.flatMap((cluster) =>
    [...cluster.directors, ...cluster.realServers].flatMap((host) => look(host, cluster) ?? []),
  );
}
