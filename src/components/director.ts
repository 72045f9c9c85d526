import { sole } from '../engines/agreed.ts';
import type { Cluster } from '../model/cluster.ts';
import { tableOwner } from '../model/failover.ts';
import type { Family } from '../model/family.ts';
import { isStraight } from '../model/forwarding.ts';
import { tunablePrefix, tunablesOf } from '../model/tunables.ts';
import { familyOf } from '../net/address.ts';
import type { AddressResource } from '../resources/address.ts';
import { type BootPart, bootParts } from '../resources/boot.ts';
import { file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import type { RouteResource } from '../resources/route.ts';
import { interfacePart, type SysctlResource } from '../resources/sysctl.ts';
import { rooted } from '../shell/quote.ts';
import { common, type Component, type Site, variant, directorRoles, serves } from './component.ts';
import { modulesOf, rulesContext, virtualService } from './director-table.ts';
import { bootScript, persistentSysctls, scriptPath } from './init-script.ts';
import { once } from './once.ts';
import { type CarriedVip, carriedVips } from './vips.ts';

/** The script that makes the table and raises the VIPs, when a director boots or the script is started. */
export const boot = {
  name: 'lvs-director',
  path: (family: Family): string => scriptPath('lvs-director', family),
};

/** The file from which the distribution itself loads the table: `ipvsadm -R` reads it. */
const rulesFiles: Record<Family, string> = {
  debian: '/etc/ipvsadm.rules',
  rhel7: '/etc/sysconfig/ipvsadm',
  rhel6: '/etc/sysconfig/ipvsadm',
};

/**
 * The director: package, modules, parameters, the table, the VIPs, and the script that brings all of this back. A standby has
 * everything except the live table and the VIPs; if an engine moves the VIPs, it has the table as well. What an engine owns,
 * the engine makes: lvsform only reads it, and it is no part of the script.
 */
export const directorComponent: Component = (site) => {
  const mine = directorRoles(site);
  if (mine.length === 0) return [];
  const clusters = mine.map(({ cluster }) => cluster);
  const active = mine.filter(serves).map(({ cluster }) => cluster);
  const shown = active.length > 0 ? active : clusters;
  const tables = shown.filter((cluster) => makesTable(cluster));
  const vips = carriedVips(mine);
  const sysctls = distinct(
    clusters.flatMap((cluster) =>
      directorSysctls(cluster, site.host.interface, vips.get(cluster)!, site.family),
    ),
  );
  const live = (of: readonly Cluster[]): Resource[] =>
    of.flatMap((cluster) => liveResources(cluster, vips.get(cluster)!));
  const found = once(
    'timeouts',
    mine.filter(({ cluster }) => shown.includes(cluster)),
  );
  const timeouts: Resource[] = found === undefined ? [] : [{ kind: 'ipvs-timeouts', ...found }];
  return [
    ...packagesOf(site.family).map((name) => ({ kind: 'package' as const, name, installed: true })),
    ...modulesOf(clusters).map((name) => ({ kind: 'module' as const, name })),
    ...moduleFiles(site, clusters),
    ...(tables.length > 0
      ? [
          file(rulesFiles[site.family], site.render('director/ipvsadm.rules', rulesContext(tables)), {
            traffic: 'ipvsadm',
          }),
        ]
      : []),
    persistentSysctls(site, 'director', 'lvs-director', sysctls),
    ...sysctls,
    ...(active.length === 0 ? [] : timeouts),
    ...live(active),
    ...bootScript(
      site,
      {
        name: boot.name,
        description: 'LVS director: virtual services and VIPs',
        start: 91,
        stop: 9,
        active: active.length > 0,
      },
      [
        ...bootParts([{ kind: 'module', name: 'ip_vs' }, ...sysctls, ...timeouts, ...live(shown)]),
        ...(tables.length > 0 ? [tablePart(rulesFiles[site.family])] : []),
      ],
    ),
  ];
};

/** arping tells the neighbours where a VIP is now; on RHEL it is part of iputils, which every host has. */
function packagesOf(family: Family): string[] {
  return family === 'debian' ? ['ipvsadm', 'iputils-arping'] : ['ipvsadm'];
}

/**
 * No ICMP redirects: a director that forwards out of the interface on which a packet came would show clients the way to the
 * real servers, or real servers the way past it (ip_forward, with the greater value of `all` and the interface). IPv6 has no
 * such parameter, so there the real servers do not listen. NAT, FULLNAT: the kernel forwards the replies. An IPv6 VIP is
 * announced by the kernel (ndisc_notify, which RHEL 6 does not have).
 */
function directorSysctls(
  cluster: Cluster,
  own: string,
  vips: readonly CarriedVip[],
  system: Family,
): SysctlResource[] {
  const { realServers, services } = cluster;
  const rewrites = realServers.some(({ mode }) => !isStraight(mode));
  const has = (family: 'ipv4' | 'ipv6'): boolean => services.some((service) => service.family === family);
  const devices = new Set([...vips.map((vip) => vip.interface), own].map(interfacePart));
  const six = vips.filter(({ address }) => familyOf(address) === 'ipv6');
  return [
    ...(rewrites && has('ipv4') ? [sysctl('net.ipv4.ip_forward', '1')] : []),
    ...(rewrites && has('ipv6') ? [sysctl('net.ipv6.conf.all.forwarding', '1')] : []),
    ...(has('ipv4')
      ? ['all', 'default', ...devices].map((name) => sysctl(`net.ipv4.conf.${name}.send_redirects`, '0'))
      : []),
    ...(system === 'rhel6'
      ? []
      : six.map((vip) => sysctl(`net.ipv6.conf.${interfacePart(vip.interface)}.ndisc_notify`, '1'))),
    ...tunablesOf(cluster)
      .filter(({ optional }) => !(optional && system === 'rhel6'))
      .map(({ name, value, optional }) => ({
        ...sysctl(`${tunablePrefix}${name}`, value),
        appears: true as const,
        ...(optional ? { optional } : {}),
      })),
  ];
}

function sysctl(key: string, value: string): SysctlResource {
  return { kind: 'sysctl', key, value };
}

function liveResources(cluster: Cluster, carried: readonly CarriedVip[]): Resource[] {
  const services = cluster.services.map((service) => virtualService(cluster, service));
  const vips = carried.flatMap((vip): (AddressResource | RouteResource)[] => {
    const { address, prefix, interface: device, label } = vip;
    const named = label === undefined ? {} : { label };
    if (cluster.failover !== undefined) {
      const moves = { engine: cluster.failover.engine, group: cluster.name };
      return [{ kind: 'address', address, prefix, interface: device, ...named, want: 'floating', moves }];
    }
    return [
      { kind: 'address', address, prefix, interface: device, ...named, want: 'present', announce: true },
      ...(hasHostRoute(cluster, vip)
        ? [{ kind: 'route' as const, to: address, device, table: 'main' as const, want: 'present' as const }]
        : []),
    ];
  });
  return [...services, ...vips];
}

/** False if the engine that watches the real servers makes the table from its own configuration. */
function makesTable(cluster: Cluster): boolean {
  return tableOwner(cluster) === 'lvsform';
}

/** True if a VIP needs a host route. IPv6 has one by itself. */
function hasHostRoute({ realServers }: Cluster, { address }: CarriedVip): boolean {
  return familyOf(address) === 'ipv4' && realServers.some(({ mode }) => isStraight(mode));
}

/** The FTP module must get ports other than 21 when it is loaded. */
function moduleFiles(site: Site, clusters: readonly Cluster[]): Resource[] {
  const ftp = clusters
    .flatMap(({ services }) => services)
    .filter(({ helper }) => helper === 'ftp')
    .flatMap(({ places }) => places.map(({ first }) => first));
  const context = { ...common(site), modules: modulesOf(clusters), ftpPorts: [...new Set(ftp)].join(',') };
  const options = ftp.some((port) => port !== 21)
    ? [file('/etc/modprobe.d/lvsform.conf', site.render('director/modprobe.conf', context))]
    : [];
  return site.family === 'rhel6'
    ? [
        ...options,
        file(
          '/etc/sysconfig/modules/lvsform.modules',
          site.render(variant(site.family, 'director/lvsform.modules'), context),
          { mode: '0755' },
        ),
      ]
    : [...options, file('/etc/modules-load.d/lvsform.conf', site.render('director/modules.conf', context))];
}

/** The table is loaded from the rule file before the VIPs are raised, so that no client arrives before the table is there. */
function tablePart(rules: string): BootPart {
  const path = rooted(rules);
  return {
    of: 'table',
    up: [['load_table', path]],
    down: [['unload_table', path]],
    isUp: ['has_rules', path],
  };
}

function distinct(sysctls: readonly SysctlResource[]): SysctlResource[] {
  const keys = [...new Set(sysctls.map(({ key }) => key))];
  return keys.flatMap(
    (key) =>
      sole(
        sysctls.filter((each) => each.key === key),
        key,
      ) ?? [],
  );
}
