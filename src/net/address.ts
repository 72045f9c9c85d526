import ipaddr from 'ipaddr.js';

/** An IPv4 or IPv6 address in its canonical spelling, without a prefix. */
export type Address = string;

/** A network as `address/prefix`, with the host bits zeroed. */
export type Network = string;

export type AddressFamily = 'ipv4' | 'ipv6';

/** True for a full dotted quad or an IPv6 address; shorthands such as `10.1` are not addresses here. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && ipaddr.IPv6.isValid(text));
}

/** True for `address/prefix` whose prefix fits the family. */
export function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  if (rest.length > 0 || !isAddress(address) || !/^\d{1,3}$/.test(prefix)) return false;
  return Number(prefix) <= (familyOf(address) === 'ipv4' ? 32 : 128);
}

export function familyOf(address: Address): AddressFamily {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The one spelling in which addresses are compared. Throws for what `isAddress` refuses. */
export function canonical(address: string): Address {
  return ipaddr.parse(address).toString();
}

/** Splits `10.0.0.1/24` into the address and its prefix; the prefix is undefined if none is given. */
export function splitPrefix(text: string): { address: Address; prefix: number | undefined } {
  const [address = '', prefix] = text.split('/');
  return { address: canonical(address), prefix: prefix === undefined ? undefined : Number(prefix) };
}

/** The network of `address` with this prefix. */
export function networkOf(address: Address, prefix: number): Network {
  const cidr = `${address}/${prefix}`;
  const network =
    familyOf(address) === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(cidr)
      : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return `${network.toString()}/${prefix}`;
}

export function contains(network: Network, address: Address): boolean {
  const parsed = ipaddr.parse(address);
  const [base, prefix] = ipaddr.parseCIDR(network);
  return parsed.kind() === base.kind() && parsed.match(base, prefix);
}

/** The range of an address: unicast, private, loopback, multicast, broadcast, unspecified, linkLocal, reserved ... */
export function rangeOf(address: Address): string {
  return ipaddr.parse(address).range();
}

/** True for the address of a multicast group. */
export function isMulticast(address: Address): boolean {
  return rangeOf(address) === 'multicast' && !address.includes('%');
}

/** `host:port`, with brackets around an IPv6 address. */
export function endpoint(address: Address, port: number): string {
  return familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

/** An IPv4 address as a number, for arithmetic. */
export function toNumber(address: Address): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

export function fromNumber(value: number): Address {
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
}

/** True for the first and the last address of an IPv4 network, unless it is too small to have them. */
export function isEdge(network: Network, address: Address): boolean {
  const { prefix = 32 } = splitPrefix(network);
  if (familyOf(network) !== 'ipv4' || prefix > 30) return false;
  const edges = [ipaddr.IPv4.networkAddressFromCIDR(network), ipaddr.IPv4.broadcastAddressFromCIDR(network)];
  return edges.some((edge) => edge.toString() === address);
}

/** How many bits an address of this family has. */
export function bitsOf(address: Address): number {
  return familyOf(address) === 'ipv4' ? 32 : 128;
}

/** A dotted netmask. */
export function netmaskOf(prefix: number): Address {
  return ipaddr.IPv4.subnetMaskFromPrefixLength(prefix).toString();
}

/** True for ones followed by zeros: 255.255.252.0. */
export function isNetmask(text: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(text) && ipaddr.IPv4.parse(text).prefixLengthFromSubnetMask() !== null
  );
}
