import type { Cluster, RealServer } from '../model/cluster.ts';
import { file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import { lvsTable } from '../resources/route.ts';
import { interfacePart, type SysctlResource } from '../resources/sysctl.ts';
import { common, type Component, type Site, variant } from './component.ts';
import { initScript, persistentSysctls, sysctlContext } from './init-script.ts';

interface Gateway {
  readonly via: string;
  readonly device: string;
  readonly from: string;
  readonly table: typeof lvsTable | undefined;
}

/** The real server: under DR the VIP on lo, kept quiet; under NAT the way of its replies to the director. */
export const realServerComponent: Component = (site) => {
  const mine = site.roles.flatMap((role) => (role.as === 'real server' ? [role] : []));
  const dr = mine.filter(({ cluster }) => cluster.mode === 'dr');
  const vips = dr.flatMap(({ cluster }) => cluster.vips.map(({ address }) => address));
  const gateway = mine.flatMap(({ cluster, server }) => gatewayOf(cluster, server))[0];
  if (vips.length === 0 && gateway === undefined) return [];
  const sysctls = vips.length > 0 ? quiet(site.host.interface) : [];
  const labelled = vips.map((address, index) => ({
    address,
    label: `lo:${index}`,
    addressPattern: address.replaceAll('.', '\\.'),
  }));
  return [
    ...(sysctls.length > 0
      ? [persistentSysctls(site, 'real-server', 'lvs-realserver', sysctls), ...sysctls]
      : []),
    ...labelled.flatMap(({ address, label }): Resource[] => [
      { kind: 'address', address, prefix: 32, interface: 'lo', label, want: 'present' },
      { kind: 'route', to: address, device: 'lo', table: 'main', want: 'present' },
    ]),
    ...(site.family === 'rhel6' ? labelled.map((vip) => interfaceFile(site, vip)) : []),
    ...(gateway === undefined ? [] : gatewayResources(site, gateway)),
    ...initScript(
      site,
      'real-server',
      {
        name: 'lvs-realserver',
        description:
          vips.length > 0
            ? 'LVS real server: the VIP on lo'
            : 'LVS real server: the way back to the director',
        start: 90,
        stop: 10,
        active: true,
      },
      { sysctls: sysctlContext(sysctls), vips: labelled, gateway: gateway ?? false },
    ),
  ];
};

/** Answer ARP only for addresses of the interface that was asked; announce only addresses of the interface that asks. */
function quiet(device: string): SysctlResource[] {
  return ['all', 'lo', interfacePart(device)].flatMap((name): SysctlResource[] => [
    { kind: 'sysctl', key: `net.ipv4.conf.${name}.arp_ignore`, value: '1' },
    { kind: 'sysctl', key: `net.ipv4.conf.${name}.arp_announce`, value: '2' },
  ]);
}

function gatewayOf(cluster: Cluster, server: RealServer): Gateway[] {
  const director = cluster.directors.find(({ active }) => active);
  if (cluster.mode !== 'nat' || server.gateway === 'keep' || director === undefined) return [];
  const table = server.gateway === 'table' ? lvsTable : undefined;
  return [{ via: director.address, device: server.interface, from: server.address, table }];
}

function gatewayResources(site: Site, { via, device, from, table }: Gateway): Resource[] {
  if (table === undefined)
    return [{ kind: 'route', to: 'default', via, device, table: 'main', want: 'present' }];
  return [
    {
      kind: 'block',
      path: '/etc/iproute2/rt_tables',
      content: site.render('real-server/rt_tables', { ...common(site), table }),
    },
    { kind: 'route', to: 'default', via, device, table: 'lvs', want: 'present' },
    { kind: 'rule', from, want: 'present' },
  ];
}

/** RHEL 6 takes lo down and up again with `service network restart`; this file brings the VIP back with it. */
function interfaceFile(site: Site, vip: { address: string; label: string }): Resource {
  const content = site.render(variant(site.family, 'real-server/ifcfg-lo'), { ...common(site), ...vip });
  return file(`/etc/sysconfig/network-scripts/ifcfg-${vip.label}`, content);
}
