import type { Inventory } from '../model/cluster.ts';
import {
  type Address,
  contains,
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
  /** True where the inventory does not say the address, and a free one was taken. */
  readonly invented: boolean;
}

/** The networks that are told, and a /24 around every address that lies in none of them. Those that overlap are one. */
export function networksOf({ clusters, hosts }: Inventory): Network[] {
  const probes = clusters.flatMap((cluster) => cluster.probes);
  const vips = clusters.flatMap((cluster) => cluster.vips);
  const told = [
    ...clusters.flatMap(({ network }) => network ?? []),
    ...[...hosts, ...probes].flatMap(({ address, prefix }) =>
      prefix === undefined || prefix === 32 ? [] : networkOf(address, prefix),
    ),
    ...vips.flatMap(({ address, prefix }) => (prefix === 32 ? [] : networkOf(address, prefix))),
  ];
  const networks: Network[] = [];
  const add = (network: Network): void => {
    if (networks.some((each) => inside(network, each))) return;
    networks.splice(0, networks.length, ...networks.filter((each) => !inside(each, network)), network);
  };
  for (const network of told) add(network);
  for (const { address } of [...hosts, ...probes, ...vips]) {
    if (!networks.some((network) => contains(network, address))) add(networkOf(address, 24));
  }
  return networks;
}

function inside(inner: Network, outer: Network): boolean {
  const { address, prefix } = splitPrefix(inner);
  return contains(outer, address) && prefix! >= splitPrefix(outer).prefix!;
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
      [...hosts, ...clusters.flatMap(({ vips, probes }) => [...vips, ...probes])].map(
        ({ address }) => address,
      ),
    );
  }

  networkOf(address: Address): number {
    return this.#networks.findIndex((network) => contains(network, address));
  }

  /** The highest address of a network that nobody has, from now on taken. */
  free(network: number): Address {
    const cidr = this.#networks[network]!;
    const { address, prefix } = splitPrefix(cidr);
    const base = toNumber(address);
    for (let offset = 2 ** (32 - prefix!) - 2; offset > 0; offset--) {
      const found = fromNumber(base + offset);
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

  inventedLink(device: string, network: number): Link {
    const prefix = this.#prefix(network);
    return { interface: device, network, address: this.free(network), prefix, invented: true };
  }

  #prefix(network: number): number {
    return splitPrefix(this.#networks[network]!).prefix!;
  }
}
