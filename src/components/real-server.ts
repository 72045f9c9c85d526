import type { Cluster, RealServer } from '../model/cluster.ts';
import { isActiveDirector, isStraight } from '../model/forwarding.ts';
import { bitsOf, familyOf } from '../net/address.ts';
import { bootParts } from '../resources/boot.ts';
import { file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import { lvsTable } from '../resources/route.ts';
import { interfacePart, type SysctlResource } from '../resources/sysctl.ts';
import { common, type Component, type Site, variant } from './component.ts';
import { bootScript, persistentSysctls } from './init-script.ts';
import { type TunnelEnd, tunnelEnd } from './tunnels.ts';

interface Gateway {
  /** The flag of ip(8) for its address family. */
  readonly flag: '-4' | '-6';
  readonly via: string;
  readonly device: string;
  readonly from: string;
  readonly table: typeof lvsTable | undefined;
}

/** A VIP as a real server holds it: on lo, or on the device at the end of the tunnel. */
interface HeldVip {
  readonly address: string;
  readonly prefix: number;
  readonly device: string;
  readonly six: boolean;
  /** The name by which ifconfig knows it. */
  readonly label: string | undefined;
  readonly end: TunnelEnd | undefined;
}

/** The real server: with DR and TUN the VIP, without ARP; with NAT the route of its replies to the director. */
export const realServerComponent: Component = (site) => {
  const mine = site.roles.flatMap((role) =>
    role.as === 'real server' && !isActiveDirector(role.cluster, site.host.name) ? [role] : [],
  );
  const vips = heldVips(mine);
  const gateways = distinct(mine.flatMap(({ cluster, server }) => gatewaysOf(cluster, server)));
  if (vips.length === 0 && gateways.length === 0) return [];
  const four = vips.filter(({ six }) => !six);
  const byKernel = mine.some(({ cluster, server }) => cluster.arp === 'kernel' && isStraight(server.mode));
  const quiet = four.length > 0 && byKernel ? quietSysctls(site.host.interface) : [];
  const ends = vips.flatMap(({ end }) => end ?? []);
  const loose = four.flatMap(({ end }) => (end === undefined ? [] : [looseFilter(end)]));
  const faithful = gateways.some(({ flag }) => flag === '-6') ? [ignoresRedirects(site.host.interface)] : [];
  const kept = [...quiet, ...faithful];
  const sysctls = distinct([...quiet, ...faithful, ...loose]);
  const live = [
    ...distinct(ends.flatMap(endResources)),
    ...sysctls,
    ...vips.flatMap(vipResources),
    ...gateways.flatMap(gatewayResources),
  ];
  return [
    ...live,
    ...(kept.length > 0 ? [persistentSysctls(site, 'real-server', 'lvs-realserver', kept)] : []),
    ...(site.family === 'rhel6'
      ? four.filter(({ device }) => device === 'lo').map((vip) => interfaceFile(site, vip))
      : []),
    ...(gateways.some(({ table }) => table !== undefined) ? [tableName(site)] : []),
    ...bootScript(
      site,
      {
        name: 'lvs-realserver',
        description:
          vips.length > 0 ? 'LVS real server: the VIP' : 'LVS real server: the way back to the director',
        start: 90,
        stop: 10,
        active: true,
      },
      bootParts(live),
    ),
  ];
};

function heldVips(roles: readonly { readonly cluster: Cluster; readonly server: RealServer }[]): HeldVip[] {
  const labels = new Map<string, number>();
  return roles.flatMap(({ cluster, server }) => {
    if (!isStraight(server.mode)) return [];
    return cluster.vips.map(({ address }): HeldVip => {
      const end = server.mode === 'tun' ? tunnelEnd(server, address) : undefined;
      const device = end?.tunnel.device ?? 'lo';
      const six = familyOf(address) === 'ipv6';
      const index = labels.get(device) ?? 0;
      if (!six) labels.set(device, index + 1);
      return {
        address,
        prefix: bitsOf(address),
        device,
        six,
        label: six ? undefined : `${device}:${index}`,
        end,
      };
    });
  });
}

function endResources({ tunnel, port, modules }: TunnelEnd): Resource[] {
  return [
    ...modules.map((name) => ({ kind: 'module' as const, name })),
    tunnel,
    ...(port === undefined ? [] : [port]),
  ];
}

function vipResources({ address, prefix, device, label, six, end }: HeldVip): Resource[] {
  const named = label === undefined ? {} : { label };
  const later = end === undefined ? {} : { appears: true as const };
  return [
    { kind: 'address', address, prefix, interface: device, ...named, want: 'present', ...later },
    ...(six || end !== undefined
      ? []
      : [{ kind: 'route' as const, to: address, device, table: 'main' as const, want: 'present' as const }]),
  ];
}

/** Answer ARP only for addresses of the receiving interface; announce only addresses of the sending one. */
function quietSysctls(device: string): SysctlResource[] {
  return ['all', 'lo', interfacePart(device)].flatMap((name): SysctlResource[] => [
    { kind: 'sysctl', key: `net.ipv4.conf.${name}.arp_ignore`, value: '1' },
    { kind: 'sysctl', key: `net.ipv4.conf.${name}.arp_announce`, value: '2' },
  ]);
}

/**
 * Clients' packets arrive from the tunnel, but the route to the clients uses another device: the strict filter would drop
 * them. The kernel uses the greater value of `all` and the device (ip-sysctl.rst), so loose (2) here counts, whatever `all` is.
 */
function looseFilter({ tunnel: { device } }: TunnelEnd): SysctlResource {
  return { kind: 'sysctl', key: `net.ipv4.conf.${device}.rp_filter`, value: '2', appears: true };
}

/**
 * A director with one interface tells its real servers by ICMPv6 that the router is nearer to a client: they would reply past
 * it. The director cannot be silent (ip6_forward), and only the interface's own value counts (rt6_do_redirect).
 */
function ignoresRedirects(device: string): SysctlResource {
  return { kind: 'sysctl', key: `net.ipv6.conf.${interfacePart(device)}.accept_redirects`, value: '0' };
}

function gatewaysOf(cluster: Cluster, server: RealServer): Gateway[] {
  const [moving] = cluster.failover?.gateways ?? [];
  const director =
    moving === undefined
      ? cluster.directors.find(({ active }) => active)
      : { address: moving.address, address6: undefined };
  if (server.mode !== 'nat' || server.gateway === 'keep' || director === undefined) return [];
  const table = server.gateway === 'table' ? lvsTable : undefined;
  const families = new Set(cluster.services.map(({ family }) => family));
  return [...families].flatMap((family): Gateway[] => {
    const of = (host: RealServer | typeof director): string | undefined =>
      [host.address, host.address6].find((each) => each !== undefined && familyOf(each) === family);
    const [via, from] = [of(director), of(server)];
    if (via === undefined || from === undefined) return [];
    return [{ flag: family === 'ipv6' ? '-6' : '-4', via, device: server.interface, from, table }];
  });
}

/** The name of our routing table. */
function tableName(site: Site): Resource {
  return {
    kind: 'block',
    path: '/etc/iproute2/rt_tables',
    content: site.render('real-server/rt_tables', { ...common(site), table: lvsTable }),
  };
}

function gatewayResources({ flag, via, device, from, table }: Gateway): Resource[] {
  const family = flag === '-6' ? ({ family: 'ipv6' } as const) : {};
  if (table === undefined)
    return [{ kind: 'route', to: 'default', via, device, table: 'main', want: 'present', ...family }];
  return [
    { kind: 'route', to: 'default', via, device, table: 'lvs', want: 'present', ...family },
    { kind: 'rule', from, want: 'present' },
  ];
}

/** On RHEL 6 `service network restart` takes lo down and up again; this file brings the VIP back with it. */
function interfaceFile(site: Site, { address, label }: HeldVip): Resource {
  const content = site.render(variant(site.family, 'real-server/ifcfg-lo'), {
    ...common(site),
    address,
    label,
  });
  return file(`/etc/sysconfig/network-scripts/ifcfg-${label}`, content);
}

/** Each value once, compared by content. */
function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((each) => [JSON.stringify(each), each])).values()];
}
