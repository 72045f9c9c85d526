import type { Cluster, Destination, VirtualService } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import { endpoint } from '../net/address.ts';
import type { AddressResource } from '../resources/address.ts';
import { file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import type { TableDestination } from '../resources/ipvs-table.ts';
import type { RouteResource } from '../resources/route.ts';
import { interfacePart, type SysctlResource } from '../resources/sysctl.ts';
import { destinationWords, serviceWords } from '../resources/ipvs-words.ts';
import type { VirtualServiceResource } from '../resources/virtual-service.ts';
import { common, type Component, netmask, type Site, variant } from './component.ts';
import { type CarriedVip, carriedVips } from './vips.ts';
import { initScript, persistentSysctls, sysctlContext } from './init-script.ts';

/** Where the distribution itself would load the table from: `ipvsadm -R` reads it. */
const rulesFiles: Record<Family, string> = {
  debian: '/etc/ipvsadm.rules',
  rhel7: '/etc/sysconfig/ipvsadm',
  rhel6: '/etc/sysconfig/ipvsadm',
};

/**
 * The director: package, modules, parameters, the table, the VIPs, and the script that brings it all back. A standby
 * has everything but the live table and the VIPs.
 */
export const directorComponent: Component = (site) => {
  const mine = site.roles.flatMap((role) => (role.as === 'director' ? [role] : []));
  if (mine.length === 0) return [];
  const clusters = mine.map(({ cluster }) => cluster);
  const active = mine.filter(({ director }) => director.active).map(({ cluster }) => cluster);
  const shown = active.length > 0 ? active : clusters;
  const vips = carriedVips(mine);
  const sysctls = distinct(clusters.flatMap((cluster) => directorSysctls(cluster, vips.get(cluster)!)));
  const live = active.flatMap((cluster) => liveResources(cluster, vips.get(cluster)!));
  return [
    ...packagesOf(site.family).map((name) => ({ kind: 'package' as const, name, installed: true })),
    ...modulesOf(clusters).map((name) => ({ kind: 'module' as const, name })),
    modulesFile(site, clusters),
    file(rulesFiles[site.family], site.render('director/ipvsadm.rules', rulesContext(shown))),
    persistentSysctls(site, 'director', 'lvs-director', sysctls),
    ...sysctls,
    ...live,
    ...initScript(
      site,
      'director',
      {
        name: 'lvs-director',
        description: 'LVS director: virtual services and VIPs',
        start: 91,
        stop: 9,
        active: active.length > 0,
      },
      {
        sysctls: sysctlContext(sysctls),
        rulesFile: rulesFiles[site.family],
        vips: shown.flatMap((cluster) => vips.get(cluster)!.map(vipContext)),
        hostRoutes: shown.some(({ mode }) => mode === 'dr'),
      },
    ),
  ];
};

/** arping tells the neighbours where a VIP is now; on RHEL it is part of iputils, which every host has. */
function packagesOf(family: Family): string[] {
  return family === 'debian' ? ['ipvsadm', 'iputils-arping'] : ['ipvsadm'];
}

/** DR: no ICMP redirects, which would show clients the real servers. NAT: the kernel forwards the replies. */
function directorSysctls({ mode }: Cluster, vips: readonly CarriedVip[]): SysctlResource[] {
  if (mode === 'nat') return [{ kind: 'sysctl', key: 'net.ipv4.ip_forward', value: '1' }];
  const names = ['all', 'default', ...new Set(vips.map((vip) => interfacePart(vip.interface)))];
  return names.map((name) => ({ kind: 'sysctl', key: `net.ipv4.conf.${name}.send_redirects`, value: '0' }));
}

function liveResources(cluster: Cluster, carried: readonly CarriedVip[]): Resource[] {
  const vips = carried.flatMap(
    ({ address, prefix, interface: device, label }): (AddressResource | RouteResource)[] => [
      { kind: 'address', address, prefix, interface: device, label, want: 'present', announce: true },
      ...(cluster.mode === 'dr'
        ? [{ kind: 'route' as const, to: address, device, table: 'main' as const, want: 'present' as const }]
        : []),
    ],
  );
  return [...cluster.services.map((service) => virtualService(cluster, service)), ...vips];
}

function virtualService(cluster: Cluster, service: VirtualService): VirtualServiceResource {
  return {
    kind: 'virtual-service',
    key: keyOf(service),
    drain: cluster.drain,
    want: {
      ...optionsOf(service),
      destinations: service.destinations.map((each) => ({
        ...tableDestination(cluster, each),
        server: each.server,
      })),
    },
  };
}

function keyOf({ protocol, vip, port }: VirtualService): string {
  return `${protocol === 'tcp' ? '-t' : '-u'} ${endpoint(vip, port)}`;
}

function optionsOf({ scheduler, persistence }: VirtualService): Parameters<typeof serviceWords>[0] {
  return {
    scheduler,
    persistence: persistence?.timeout ?? 0,
    netmask: persistence?.netmask,
    flags: [],
    onePacket: false,
    engine: undefined,
  };
}

function tableDestination({ mode }: Cluster, { address, port, weight }: Destination): TableDestination {
  return { address, port, forward: mode === 'nat' ? 'masq' : 'gate', weight, upper: 0, lower: 0 };
}

function modulesOf(clusters: readonly Cluster[]): string[] {
  const schedulers = clusters.flatMap(({ services }) =>
    services.map(({ scheduler }) => `ip_vs_${scheduler}`),
  );
  return ['ip_vs', ...new Set(schedulers)];
}

function modulesFile(site: Site, clusters: readonly Cluster[]): Resource {
  const context = { ...common(site), modules: modulesOf(clusters) };
  return site.family === 'rhel6'
    ? file(
        '/etc/sysconfig/modules/lvsform.modules',
        site.render(variant(site.family, 'director/lvsform.modules'), context),
        { mode: '0755' },
      )
    : file('/etc/modules-load.d/lvsform.conf', site.render('director/modules.conf', context));
}

function rulesContext(clusters: readonly Cluster[]): object {
  return {
    services: clusters.flatMap((cluster) =>
      cluster.services.map((service) => ({
        key: keyOf(service),
        options: serviceWords(optionsOf(service)).join(' '),
        destinations: service.destinations.map((each) => ({
          options: destinationWords(tableDestination(cluster, each)).join(' '),
        })),
      })),
    ),
  };
}

function vipContext(vip: CarriedVip): object {
  return {
    ...vip,
    netmask: netmask(vip.prefix),
    broadcast: vip.prefix === 32 ? vip.address : '+',
    addressPattern: vip.address.replaceAll('.', '\\.'),
  };
}

function distinct(sysctls: readonly SysctlResource[]): SysctlResource[] {
  return [...new Map(sysctls.map((each) => [each.key, each])).values()];
}
