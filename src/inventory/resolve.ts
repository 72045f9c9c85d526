import type {
  Cluster,
  Director,
  Host,
  Inventory,
  Path,
  RealServer,
  Sync,
  Timeouts,
  Vip,
} from '../model/cluster.ts';
import { bitsOf, canonical, type Network, networkOf, splitPrefix } from '../net/address.ts';
import { resolveContent } from './content.ts';
import { resolveFailover, resolveHealth } from './resolve-health.ts';
import { resolveThresholds, resolveTunnel } from './resolve-servers.ts';
import { isTold, resolveService } from './resolve-services.ts';
import { type Layers, settle, withDefaults } from './settings.ts';
import type { ClusterShape, InventoryShape, SettingsShape } from './shape.ts';

export const defaultInterface = 'eth0';

/**
 * Makes clusters from the written inventory: expands shorthands, fills in defaults, writes addresses in their canonical
 * spelling. Unknown names are kept or left out; the rules report them.
 */
export function resolve(shape: InventoryShape): Inventory {
  const clusters = Object.entries(shape.clusters).map(([name, cluster]) =>
    resolveCluster(name, withDefaults(shape, cluster), {
      defaults: shape.defaults,
      cluster: cluster.defaults,
      groups: shape.groups ?? {},
    }),
  );
  const hosts = new Map<string, Host>();
  for (const cluster of clusters) {
    for (const host of [...cluster.directors, ...cluster.realServers]) {
      if (!hosts.has(host.name)) hosts.set(host.name, host);
    }
  }
  return { name: shape.name ?? '', clusters, hosts: [...hosts.values()] };
}

function resolveCluster(name: string, shape: ClusterShape, layers: Layers): Cluster {
  const at = ['clusters', name];
  const directors = resolveDirectors(shape, layers, [...at, 'directors']);
  const realServers = Object.entries(shape.real_servers).map(([server, written]) =>
    resolveRealServer(server, written, shape.mode, layers, [...at, 'real_servers', server]),
  );
  const vips = resolveVips(shape, at);
  return {
    name,
    at,
    mode: shape.mode,
    arp: shape.arp ?? 'kernel',
    health: resolveHealth(shape.health, [...at, 'health']),
    failover: resolveFailover(
      shape.failover,
      [...at, 'failover'],
      directors.map((director) => director.name),
    ),
    sync: resolveSync(shape.sync, [...at, 'sync']),
    timeouts: resolveTimeouts(shape.timeouts),
    tunables: Object.fromEntries(
      Object.entries(shape.tunables ?? {}).map(([tunable, value]) => [tunable, String(value)]),
    ),
    network: resolveNetwork(shape, directors),
    vips,
    directors,
    realServers,
    services: shape.services.flatMap((service, index) =>
      isTold(service)
        ? resolveService(service, [...at, 'services', index], vips, realServers, shape.health)
        : [],
    ),
    probes: Object.entries(shape.probes ?? {}).map(([probe, written]) =>
      resolveHost(
        probe,
        settle(
          { ...layers, cluster: undefined },
          typeof written === 'string' ? { address: written } : written,
        ),
        [...at, 'probes', probe],
      ),
    ),
    drain: { timeout: shape.drain?.timeout ?? 60, connections: shape.drain?.connections ?? 0 },
    time:
      shape.time === undefined
        ? undefined
        : {
            engine: shape.time.engine ?? 'chrony',
            servers: shape.time.servers ?? [],
            fromDirectors: shape.time.from_directors ?? false,
          },
    content: resolveContent(shape.content, [...at, 'content']),
    hostsFile: shape.hosts_file ?? true,
  };
}

function resolveDirectors(shape: ClusterShape, layers: Layers, at: Path): Director[] {
  const written = Object.entries(shape.directors).map(
    ([name, value]) => [name, typeof value === 'string' ? { address: value } : value] as const,
  );
  const chosen =
    written.find(([, { active }]) => active === true) ?? written.find(([, { active }]) => active !== false);
  return written.map(([name, director]) => ({
    ...resolveHost(name, settle(layers, director), [...at, name]),
    active: director.active ?? name === chosen?.[0],
  }));
}

function resolveRealServer(
  name: string,
  written: ClusterShape['real_servers'][string],
  mode: Cluster['mode'],
  layers: Layers,
  at: Path,
): RealServer {
  const member = typeof written === 'string' ? { address: written } : written;
  const settled = settle(layers, member);
  return {
    ...resolveHost(name, settled, at),
    // The cluster's mode has precedence over the defaults of the whole inventory.
    mode: settle({ ...layers, defaults: undefined }, member).mode ?? mode,
    tunnel: resolveTunnel(settled.tunnel),
    thresholds: resolveThresholds(settled.thresholds),
    weight: settled.weight ?? 1,
    gateway: settled.gateway ?? 'default',
    directives: settled.directives ?? [],
  };
}

function resolveHost(
  name: string,
  settled: SettingsShape & {
    address: string;
    address6?: string | undefined;
    groups?: string[] | undefined;
  },
  at: Path,
): Host {
  const { address, prefix } = splitPrefix(settled.address);
  const second = settled.address6 === undefined ? undefined : splitPrefix(settled.address6);
  return {
    name,
    at,
    address,
    prefix,
    address6: second?.address,
    prefix6: second?.prefix,
    interface: settled.interface ?? defaultInterface,
    ssh: {
      host: settled.ssh?.host ?? address,
      user: settled.ssh?.user,
      port: settled.ssh?.port,
      identity: settled.ssh?.identity,
      sudo: settled.ssh?.sudo ?? false,
    },
    managed: settled.managed ?? true,
    groups: settled.groups ?? [],
    vars: settled.vars ?? {},
  };
}

function resolveVips(shape: ClusterShape, at: Path): Vip[] {
  const written: (readonly [Path, NonNullable<ClusterShape['vip']>])[] = [
    ...(shape.vip === undefined ? [] : [[[...at, 'vip'], shape.vip] as const]),
    ...(shape.vips ?? []).map((vip, index) => [[...at, 'vips', index], vip] as const),
  ];
  return written.map(([path, value]) => {
    const vip = typeof value === 'string' ? { address: value } : value;
    const { address, prefix } = splitPrefix(vip.address);
    return {
      at: path,
      address,
      prefix: prefix ?? bitsOf(address),
      interface: vip.interface,
    };
  });
}

function resolveNetwork(shape: ClusterShape, directors: readonly Director[]): Network | undefined {
  if (shape.network !== undefined) {
    const { address, prefix } = splitPrefix(shape.network);
    return networkOf(address, prefix ?? bitsOf(address));
  }
  const told = directors.find((director) => director.active && director.prefix !== undefined);
  return told === undefined ? undefined : networkOf(told.address, told.prefix!);
}

function resolveSync(shape: ClusterShape['sync'], at: Path): Sync | undefined {
  if (shape === undefined) return undefined;
  return {
    at,
    interface: shape.interface,
    id: shape.id ?? 1,
    group: shape.group === undefined ? '224.0.0.81' : canonical(shape.group),
    port: shape.port ?? 8848,
    ttl: shape.ttl ?? 1,
    maxLength: shape.max_length,
  };
}

/** A timeout that is left out has the kernel's own default (ip_vs_proto_tcp.c, ip_vs_proto_udp.c). */
function resolveTimeouts(shape: ClusterShape['timeouts']): Timeouts | undefined {
  if (shape === undefined) return undefined;
  return { tcp: shape.tcp ?? 900, tcpFin: shape.tcp_fin ?? 120, udp: shape.udp ?? 300 };
}
