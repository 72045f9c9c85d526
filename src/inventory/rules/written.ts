import type { Cluster, VirtualService } from '../../model/cluster.ts';
import type { InventoryShape, ServiceShape } from '../shape.ts';

/** A service as it is written in the inventory. */
export function writtenService(
  { name }: Cluster,
  { at }: VirtualService,
  { clusters }: InventoryShape,
): ServiceShape | undefined {
  return clusters[name]?.services[Number(at.at(-1))];
}

/** The virtual services that one written service makes. */
export function alike({ services }: Cluster, { at }: VirtualService): VirtualService[] {
  return services.filter((each) => each.at.at(-1) === at.at(-1));
}

/** True if the cluster has several VIPs and the service names none of them. */
export function isAmbiguous(cluster: Cluster, service: VirtualService, shape: InventoryShape): boolean {
  const vips = new Set(cluster.vips.map(({ address }) => address));
  const { vip, vips: several } = writtenService(cluster, service, shape) ?? {};
  return service.mark === undefined && vips.size > 1 && vip === undefined && several === undefined;
}

/** True if the service names no real servers, so that all of the cluster's answer, or has an empty list. */
export function namesNoServer(cluster: Cluster, service: VirtualService, shape: InventoryShape): boolean {
  const servers = writtenService(cluster, service, shape)?.real_servers;
  return servers === undefined || Object.keys(servers).length === 0;
}
