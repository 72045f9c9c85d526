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

/** Addresses that are no host's own, for any kernel (RFC 1122, 4291; the kernel's ipv4_is_* and ipv6_addr_type). */
const never: readonly (readonly [network: Network, words: string])[] = [
  ['0.0.0.0/32', 'the unspecified address'],
  ['127.0.0.0/8', 'a loopback address'],
  ['224.0.0.0/4', 'a multicast address'],
  ['255.255.255.255/32', 'the broadcast address'],
  ['::/128', 'the unspecified address'],
  ['::1/128', 'a loopback address'],
  ['::ffff:0.0.0.0/96', 'an IPv4-mapped address'],
  ['fe80::/10', 'a link-local address'],
  ['ff00::/8', 'a multicast address'],
];

/** Addresses that the kernel takes like any other, and that networks leave to a purpose of their own (RFC 6890). */
const special: typeof never = [
  ['0.0.0.0/8', 'an address of “this network” (RFC 1122)'],
  ['169.254.0.0/16', 'a link-local address (RFC 3927)'],
  ['192.0.2.0/24', 'an address for documentation (RFC 5737)'],
  ['198.51.100.0/24', 'an address for documentation (RFC 5737)'],
  ['203.0.113.0/24', 'an address for documentation (RFC 5737)'],
  ['198.18.0.0/15', 'an address for benchmarks (RFC 2544)'],
  ['240.0.0.0/4', 'a reserved address (RFC 1112)'],
  ['2001:db8::/32', 'an address for documentation (RFC 3849)'],
  ['3fff::/20', 'an address for documentation (RFC 9637)'],
  ['2001:2::/48', 'an address for benchmarks (RFC 5180)'],
  ['100::/64', 'an address for discarded packets (RFC 6666)'],
];

/** Why a client can never reach an address; undefined if it can. */
export function unreachable(address: Address): string | undefined {
  return wordsFor(never, address);
}

/** What an address is usually kept for, though the kernel takes it; undefined for any other. */
export function reservedFor(address: Address): string | undefined {
  return wordsFor(never, address) === undefined ? wordsFor(special, address) : undefined;
}

function wordsFor(networks: typeof never, address: Address): string | undefined {
  return networks.find(([network]) => contains(network, address))?.[1];
}

/** True for the address of a multicast group. */
export function isMulticast(address: Address): boolean {
  return !address.includes('%') && (contains('224.0.0.0/4', address) || contains('ff00::/8', address));
}

/** Regular expressions for editors: all that `isAddress` takes, and little else. */
const octet = '(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
const six = '[0-9A-Fa-f]*:[0-9A-Fa-f:]*(:[0-9.]+)?';
export const address6Pattern = `^${six}(/[0-9]{1,3})?$`;
export const addressPattern = `^(${octet}(\\.${octet}){3}|${six})$`;
export const multicastPattern = `^(2(2[4-9]|3[0-9])(\\.${octet}){3}|[Ff]{2}${six})$`;
export const cidrPattern = addressPattern.replace(/\$$/, '/[0-9]{1,3}$');

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
