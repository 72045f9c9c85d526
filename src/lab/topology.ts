import type { Host, Inventory, VirtualService } from '../model/cluster.ts';
import { type Address, familyOf, type Network } from '../net/address.ts';
import { Addresses, type Link, networksOf, NoTopology, overlap, ownAddresses, wiresOf } from './networks.ts';

/** The kind of a machine. `system` hosts run systemd and belong to the inventory; the others run only sshd. */
export type Kind = 'system' | 'client' | 'router';

export interface Machine {
  readonly name: string;
  readonly kind: Kind;
  /** Its roles in the clusters, in words. */
  readonly roles: readonly string[];
  readonly links: readonly Link[];
  /** Default routes, one for each family at most. */
  readonly gateways: readonly Address[];
  /** The ports on which a real server answers. */
  readonly serves: Serves | undefined;
}

export interface Serves {
  readonly http: readonly number[];
  readonly https: readonly number[];
  readonly udp: readonly number[];
  readonly sctp: readonly number[];
  readonly ftp: readonly number[];
}

/** Machines, and the networks that join them. */
export interface Topology {
  readonly networks: readonly Network[];
  /** The Ethernet of each network, by number: an IPv4 and an IPv6 network may share one. */
  readonly wires: readonly number[];
  readonly machines: readonly Machine[];
  /** The network over which the machines are reached from outside; not one of the inventory's. */
  readonly management: Network;
}

const managementNetworks: readonly Network[] = ['198.18.0.0/24', '198.19.255.0/24', '192.0.2.0/24'];
/** The management network has an address for each machine from .10 on. */
const mostMachines = 240;

/**
 * The machines and networks of an inventory: its hosts, its probes (or the lab's own client), and a router if a probe is in
 * another network than its VIP, or a real server in another network than its director.
 */
export function topologyOf(inventory: Inventory): Topology {
  const networks = networksOf(inventory);
  const addresses = new Addresses(inventory, networks);
  const clients = clientsOf(inventory, addresses);
  const names = new Set([...inventory.hosts, ...clients].map(({ name }) => name));
  const wires = wiresOf(inventory, networks);
  const wireOf = ({ address }: { readonly address: Address }): number => wires[addresses.networkOf(address)]!;
  const routed = inventory.clusters.some(
    ({ probes, vips, realServers, directors }) =>
      vips.some((vip) => probes.some((probe) => wireOf(probe) !== wireOf(vip))) ||
      realServers.some(
        (server) =>
          (server.mode === 'tun' || server.mode === 'fullnat') &&
          directors.some((director) => wireOf(director) !== wireOf(server)),
      ),
  );
  const gateways = new Map(
    routed ? networks.map((_, network) => [network, addresses.free(network)] as const) : [],
  );
  const hosts = inventory.hosts.map((host): Machine => {
    const links = linksOf(inventory, host, addresses, wires);
    return {
      name: host.name,
      kind: 'system',
      roles: rolesOf(inventory, host),
      links,
      gateways: gatewaysOf(links, gateways),
      serves: servesOf(inventory, host),
    };
  });
  const others = clients.map((client): Machine => {
    const links = client.addresses.map((address) => addresses.link(client.interface, address));
    return {
      name: client.name,
      kind: 'client',
      roles: ['client'],
      links,
      gateways: gatewaysOf(links, gateways),
      serves: undefined,
    };
  });
  const machines = [...hosts, ...others, ...routersOf(gateways, wires, addresses, names)];
  if (machines.length > mostMachines)
    throw new NoTopology(`a lab has at most ${mostMachines} machines, not ${machines.length}`);
  const management = managementNetworks.find((each) => !networks.some((network) => overlap(each, network)));
  if (management === undefined) throw new NoTopology('the inventory uses every network of the lab’s own');
  return { networks, wires, machines, management };
}

function routersOf(
  gateways: ReadonlyMap<number, Address>,
  wires: readonly number[],
  addresses: Addresses,
  taken: ReadonlySet<string>,
): Machine[] {
  if (gateways.size === 0) return [];
  const cables = [...new Set(wires)];
  const links = [...gateways].map(([network, address]) => ({
    ...addresses.link(`eth${cables.indexOf(wires[network]!)}`, address),
    invented: true,
  }));
  const name = freeName('router', taken);
  return [{ name, kind: 'router', roles: ['router'], links, gateways: [], serves: undefined }];
}

interface Client {
  readonly name: string;
  readonly interface: string;
  readonly addresses: readonly Address[];
}

function clientsOf({ clusters, hosts }: Inventory, addresses: Addresses): Client[] {
  const probes = new Map(clusters.flatMap((each) => each.probes).map((probe) => [probe.name, probe]));
  if (probes.size > 0) {
    return [...probes.values()].map((probe) => ({
      name: probe.name,
      interface: probe.interface,
      addresses: ownAddresses(probe).map(({ address }) => address),
    }));
  }
  const name = freeName('client', new Set(hosts.map((host) => host.name)));
  const network = addresses.networkOf(clusters[0]!.vips[0]!.address);
  return [{ name, interface: 'eth0', addresses: [addresses.free(network)] }];
}

/**
 * A host's interfaces: the one of its own address; those that carry VIPs, with their own address in the VIP's network. A real
 * server with a separate routing table for replies also gets another interface, which makes that table necessary. A real
 * server without an address of a VIP's family gets one, if its Ethernet has that family.
 */
function linksOf(inventory: Inventory, host: Host, addresses: Addresses, wires: readonly number[]): Link[] {
  const links = ownAddresses(host).map(({ address }) => addresses.link(host.interface, address));
  const add = (device: string, network: number): void => {
    const family = addresses.familyOf(network);
    const known = links.some((link) => link.interface === device && familyOf(link.address) === family);
    if (!known) links.push(addresses.inventedLink(device, network));
  };
  for (const cluster of inventory.clusters) {
    const director = cluster.directors.some(({ name }) => name === host.name);
    for (const vip of director ? cluster.vips : []) {
      if (vip.interface !== undefined) add(vip.interface, addresses.networkOf(vip.address));
    }
    const server = cluster.realServers.find(({ name }) => name === host.name);
    const wire = wires[addresses.networkOf(host.address)];
    for (const { address } of server?.mode === 'tun' ? cluster.vips : []) {
      const family = familyOf(address);
      const near = wires.findIndex(
        (each, network) => each === wire && addresses.familyOf(network) === family,
      );
      if (near >= 0) add(host.interface, near);
    }
    if (server?.gateway === 'table') {
      const device = ['eth0', 'eth1'].find((each) => each !== host.interface)!;
      add(device, addresses.networkOf(cluster.vips[0]!.address));
    }
  }
  return links.toSorted((a, b) => a.interface.localeCompare(b.interface));
}

/** The router of the host's outermost network, for each family that it has. */
function gatewaysOf(links: readonly Link[], gateways: ReadonlyMap<number, Address>): Address[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const own = links.filter(({ address }) => familyOf(address) === family);
    const outer = own.find(({ invented }) => invented) ?? own[0];
    return outer === undefined ? [] : (gateways.get(outer.network) ?? []);
  });
}

function rolesOf({ clusters }: Inventory, { name }: Host): string[] {
  return clusters.flatMap((cluster) => [
    ...(cluster.directors.some((each) => each.name === name) ? [`director of ${cluster.name}`] : []),
    ...(cluster.realServers.some((each) => each.name === name) ? [`real server of ${cluster.name}`] : []),
  ]);
}

/** The ports of services, by protocol; always HTTP on 80, HTTPS on 443 and UDP on 7 (echo). */
function servesOf({ clusters }: Inventory, host: Host): Serves | undefined {
  const own = clusters.filter(({ realServers }) => realServers.some(({ name }) => name === host.name));
  if (own.length === 0) return undefined;
  const asked = own.flatMap(({ services }) => services.flatMap((service) => portsOf(service, host)));
  const ports = (of: keyof Serves, ...always: readonly number[]): number[] => [
    ...new Set([...always, ...asked.filter(({ serves }) => serves === of).map(({ port }) => port)]),
  ];
  const [https, ftp] = [ports('https', 443), ports('ftp')];
  return {
    https,
    ftp,
    http: ports('http', 80).filter((port) => !https.includes(port) && !ftp.includes(port)),
    udp: ports('udp', 7),
    sctp: ports('sctp'),
  };
}

function portsOf(
  { destinations, sorry, questions, helper }: VirtualService,
  host: Host,
): { port: number; serves: keyof Serves }[] {
  const serves = ({ ask, protocol }: VirtualService['questions'][number]): keyof Serves => {
    if (protocol !== 'tcp') return protocol;
    return helper ?? (ask === 'https' ? 'https' : 'http');
  };
  return [...destinations, ...(sorry === undefined ? [] : [sorry])]
    .filter(({ server }) => server === host.name)
    .flatMap(({ port }) =>
      questions.map((question) => ({ port: port === 0 ? question.port : port, serves: serves(question) })),
    );
}

function freeName(wish: string, taken: ReadonlySet<string>): string {
  let name = wish;
  for (let number = 2; taken.has(name); number++) name = `${wish}${number}`;
  return name;
}
