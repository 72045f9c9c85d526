import type { Host, Inventory } from '../model/cluster.ts';
import { floating } from '../model/failover.ts';
import {
  type Address,
  type AddressFamily,
  bitsOf,
  canonical,
  contains,
  familyOf,
  fromNumber,
  type Network,
  networkOf,
  splitPrefix,
  toNumber,
} from '../net/address.ts';

/** An inventory that the lab cannot build; the message says why. */
export class NoTopology extends Error {
  override readonly name = 'NoTopology';
}

export interface Link {
  readonly interface: string;
  /** Index into the topology's networks. */
  readonly network: number;
  readonly address: Address;
  readonly prefix: number;
  /** True if the inventory has no such address, and a free one was taken. */
  readonly invented: boolean;
}

/** The networks of the inventory, and a /24 (IPv6: a /64) around each address outside of them. Overlapping ones are joined. */
export function networksOf({ clusters, hosts }: Inventory): Network[] {
  const probes = clusters.flatMap((cluster) => cluster.probes);
  const vips = clusters.flatMap((cluster) => cluster.vips);
  const told = [
    ...clusters.flatMap(({ network }) => network ?? []),
    ...[...[...hosts, ...probes].flatMap(ownAddresses), ...vips].flatMap(({ address, prefix }) =>
      prefix === undefined || prefix === bitsOf(address) ? [] : networkOf(address, prefix),
    ),
  ];
  const networks: Network[] = [];
  const add = (network: Network): void => {
    if (networks.some((each) => inside(network, each))) return;
    networks.splice(0, networks.length, ...networks.filter((each) => !inside(each, network)), network);
  };
  for (const network of told) add(network);
  for (const { address } of [...[...hosts, ...probes].flatMap(ownAddresses), ...vips]) {
    if (networks.some((network) => contains(network, address))) continue;
    add(networkOf(address, familyOf(address) === 'ipv6' ? 64 : 24));
  }
  return networks;
}

/** The host's own addresses, the IPv4 one first. */
export function ownAddresses({
  address,
  prefix,
  address6,
  prefix6,
}: Host): { address: Address; prefix: number | undefined }[] {
  return [{ address, prefix }, ...(address6 === undefined ? [] : [{ address: address6, prefix: prefix6 }])];
}

/**
 * The number of each network's Ethernet, in the networks' order. Networks are one Ethernet if one interface of a host has
 * addresses in them.
 */
export function wiresOf({ clusters, hosts }: Inventory, networks: readonly Network[]): number[] {
  const wires = networks.map((_, index) => index);
  const join = (addresses: readonly Address[]): void => {
    const joined = new Set(addresses.map((address) => wires[networkIndex(networks, address)]!));
    const first = Math.min(...joined);
    wires.forEach((wire, index) => {
      if (joined.has(wire)) wires[index] = first;
    });
  };
  for (const host of [...hosts, ...clusters.flatMap(({ probes }) => probes)]) {
    join(ownAddresses(host).map(({ address }) => address));
  }
  for (const { vips } of clusters) {
    for (const device of new Set(vips.flatMap((vip) => vip.interface ?? []))) {
      join(vips.filter((vip) => vip.interface === device).map(({ address }) => address));
    }
  }
  return wires;
}

function networkIndex(networks: readonly Network[], address: Address): number {
  return networks.findIndex((network) => contains(network, address));
}

function inside(inner: Network, outer: Network): boolean {
  const { address, prefix } = splitPrefix(inner);
  return (
    familyOf(address) === familyOf(outer) && contains(outer, address) && prefix! >= splitPrefix(outer).prefix!
  );
}

export function overlap(a: Network, b: Network): boolean {
  return inside(a, b) || inside(b, a);
}

/** Which addresses are taken, and which are free. */
export class Addresses {
  readonly #networks: readonly Network[];
  readonly #taken: Set<Address>;

  constructor({ hosts, clusters }: Inventory, networks: readonly Network[]) {
    this.#networks = networks;
    this.#taken = new Set(
      [
        ...[...hosts, ...clusters.flatMap(({ probes }) => probes)].flatMap(ownAddresses),
        ...clusters.flatMap(floating),
      ].map(({ address }) => address),
    );
  }

  networkOf(address: Address): number {
    return networkIndex(this.#networks, address);
  }

  /** Takes the highest free address of a network. */
  free(network: number): Address {
    const cidr = this.#networks[network]!;
    const { address, prefix } = splitPrefix(cidr);
    const six = familyOf(address) === 'ipv6';
    const base = six ? 0 : toNumber(address);
    for (let offset = six ? 0xfffe : 2 ** (32 - prefix!) - 2; offset > 0; offset--) {
      const found = six ? canonical(`${address}${offset.toString(16)}`) : fromNumber(base + offset);
      if (this.#taken.has(found)) continue;
      this.#taken.add(found);
      return found;
    }
    throw new NoTopology(
      `${cidr} has no free address for a machine of the lab: give the network a shorter prefix`,
    );
  }

  link(device: string, address: Address): Link {
    const network = this.networkOf(address);
    return { interface: device, network, address, prefix: this.#prefix(network), invented: false };
  }

  /** The family of a network's addresses. */
  familyOf(network: number): AddressFamily {
    return familyOf(this.#networks[network]!);
  }

  inventedLink(device: string, network: number): Link {
    const prefix = this.#prefix(network);
    return { interface: device, network, address: this.free(network), prefix, invented: true };
  }

  #prefix(network: number): number {
    return splitPrefix(this.#networks[network]!).prefix!;
  }
}
