import type { Cluster, Destination, ForwardingMode, VirtualService } from '../model/cluster.ts';
import { tableOwner } from '../model/failover.ts';
import { serviceKey } from '../model/service-key.ts';
import type { WantedDestination } from '../resources/ipvs-edits.ts';
import type { Forward } from '../resources/ipvs-table.ts';
import { destinationWords, type ServiceOptions, serviceWords } from '../resources/ipvs-words.ts';
import type { VirtualServiceResource } from '../resources/virtual-service.ts';

/** For the table, FULLNAT is NAT; the packet filter rewrites the source. */
const forwards: Record<ForwardingMode, Forward> = { dr: 'gate', tun: 'ipip', nat: 'masq', fullnat: 'masq' };

/** A service as it must be in the kernel's table. */
export function virtualService(cluster: Cluster, service: VirtualService): VirtualServiceResource {
  const owner = tableOwner(cluster);
  return {
    kind: 'virtual-service',
    key: serviceKey(service),
    drain: cluster.drain,
    ...(owner === 'lvsform' ? {} : { owner }),
    ...(owner === 'lvsform' || service.sorry === undefined ? {} : { sorry: tableDestination(service.sorry) }),
    want: { ...optionsOf(service), destinations: answering(service).map(tableDestination) },
  };
}

/** The values for templates of what `ipvsadm -R` reads. */
export function rulesContext(clusters: readonly Cluster[]): object {
  return {
    services: clusters.flatMap(({ services }) =>
      services.map((service) => ({
        key: serviceKey(service),
        options: serviceWords(optionsOf(service)).join(' '),
        destinations: answering(service).map((each) => ({
          options: destinationWords(tableDestination(each)).join(' '),
        })),
      })),
    ),
  };
}

/** The modules that a director's services need. */
export function modulesOf(clusters: readonly Cluster[]): string[] {
  const services = clusters.flatMap((cluster) => cluster.services);
  return [
    'ip_vs',
    ...new Set(services.map(({ scheduler }) => `ip_vs_${scheduler}`)),
    ...new Set(
      services.flatMap(({ persistence }) => (persistence?.engine ? [`ip_vs_pe_${persistence.engine}`] : [])),
    ),
    ...new Set(services.flatMap(({ helper }) => (helper === undefined ? [] : [`ip_vs_${helper}`]))),
  ];
}

/** The real servers of a service, and its sorry server while none of them takes connections. */
function answering({ destinations, sorry }: VirtualService): readonly Destination[] {
  const idle = destinations.every(({ weight }) => weight === 0);
  return idle && sorry !== undefined ? [...destinations, sorry] : destinations;
}

export function optionsOf({ scheduler, flags, onePacket, persistence }: VirtualService): ServiceOptions {
  return {
    scheduler,
    persistence: persistence?.timeout ?? 0,
    netmask: persistence?.netmask,
    flags: flags.toSorted(),
    onePacket,
    engine: persistence?.engine,
  };
}

export function tableDestination({
  server,
  address,
  port,
  weight,
  mode,
  tunnel,
  thresholds,
}: Destination): WantedDestination {
  const forward = forwards[mode];
  return {
    server,
    address,
    port,
    forward,
    ...(forward === 'ipip' && tunnel.type !== 'ipip' ? { tunnel } : {}),
    weight,
    ...thresholds,
  };
}
