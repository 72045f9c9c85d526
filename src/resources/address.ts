import { z } from 'zod';
import { type FailoverEngine, failoverEngines } from '../model/failover.ts';
import { familyOf } from '../net/address.ts';
import { linesOf } from '../shell/answer.ts';
import { absent, add, isOwnDevice, present, remove } from './address-changes.ts';
import { type AddressPlace, placeFrom, readLine } from './address-lines.ts';
import type { Comparison, Kind } from './kind.ts';
import { anAddress, aDevice, type Fields, aName, only, aPrefix, type Shape, aWord } from './shape.ts';

/** An address on an interface, live. */
export interface AddressResource {
  readonly kind: 'address';
  readonly address: string;
  readonly prefix: number;
  readonly interface: string;
  /** The name by which ifconfig knows the address: eth0:0. */
  readonly label?: string;
  /**
   * present: ours, a VIP; absent: no longer ours; expected: the host's own, which lvsform checks and never changes;
   * floating: a VIP that an engine raises and takes down.
   */
  readonly want: 'present' | 'absent' | 'expected' | 'floating';
  /** True if it must be announced to neighbours by gratuitous ARP. */
  readonly announce?: true;
  /** Floating: the engine that moves it, and the engine's name for the group that moves together. */
  readonly moves?: { readonly engine: FailoverEngine; readonly group: string };
  /** True if the same plan makes the interface. */
  readonly appears?: true;
  /** Further words of `ip addr add`, for an address that was there before us and is restored. */
  readonly as?: readonly string[];
}

export interface ObservedAddress {
  /** Every place of the address on the host. */
  readonly places: readonly AddressPlace[];
  /** The host's interfaces. */
  readonly interfaces: readonly string[];
}

const shape: Shape<AddressResource, ObservedAddress> = {
  resource: z.strictObject({
    kind: z.literal('address'),
    address: anAddress,
    prefix: aPrefix,
    interface: aDevice,
    label: aName.exactOptional(),
    want: z.enum(['present', 'absent', 'expected', 'floating']),
    announce: only,
    as: z.array(aWord).exactOptional(),
    moves: z
      .strictObject({
        engine: z.enum(failoverEngines),
        group: aName,
      } satisfies Fields<NonNullable<AddressResource['moves']>>)
      .exactOptional(),
    appears: only,
  } satisfies Fields<AddressResource>),
  before: z.strictObject({
    places: z.array(
      z.strictObject({
        interface: aDevice,
        prefix: aPrefix,
        as: z.array(aWord).exactOptional(),
        secondaries: z.array(aWord).exactOptional(),
      } satisfies Fields<AddressPlace>),
    ),
    interfaces: z.array(aWord),
  } satisfies Fields<ObservedAddress>),
};

export const addressKind: Kind<AddressResource, ObservedAddress> = {
  kind: 'address',
  shape,
  key: ({ address, interface: device }) => `${address} ${device}`,

  // After the backslash is the address's lifetime, which changes every second.
  // IPv6 addresses change by themselves, so they are read only if one is wanted.
  probe: (addresses) =>
    [
      ...(['ipv4', 'ipv6'] as const)
        .filter(
          (family) => family === 'ipv4' || addresses.some(({ address }) => familyOf(address) === family),
        )
        .map((family) => `show_addresses ${family.at(-1)}`),
      'say interfaces',
      'show_interfaces',
    ].join('\n'),

  parse: (answer, addresses) => {
    const lines = linesOf(answer.section('address')).flatMap(readLine);
    const interfaces = linesOf(answer.section('interfaces'));
    return addresses.map((wanted) => ({
      places: lines
        .filter(({ address }) => address === wanted.address)
        .map((each) => placeFrom(each, lines, wanted)),
      interfaces,
    }));
  },

  compare: (wanted, found, context) => {
    const observed = context.fromEngine ? { ...found, places: [] } : found;
    const { want, interface: device } = wanted;
    if (want === 'expected') return expected(wanted, observed);
    if (want === 'absent') return absent(wanted, observed, context);
    if (!observed.interfaces.includes(device) && (want === 'floating' || wanted.appears !== true))
      return { blocker: noInterface(device, observed) };
    return want === 'floating' ? {} : present(wanted, observed, context);
  },

  restore: (managed, before) => {
    if (managed.want !== 'present' && managed.want !== 'floating') return undefined;
    const had = before.places.filter((place) => place.interface === managed.interface);
    if (had.some(({ prefix }) => prefix === managed.prefix)) return undefined;
    const { moves: _, ...own } = managed;
    const [other, ...more] = had;
    if (managed.want === 'floating' || other === undefined || more.length > 0)
      return { ...own, want: 'absent' };
    return { ...own, prefix: other.prefix, as: other.as ?? [] };
  },

  boot: (address) => {
    const { interface: device, address: has, prefix, want } = address;
    if (want !== 'present') return undefined;
    return {
      of: 'address',
      up: isOwnDevice(address) ? [['drop_others', device, has], ...add(address)] : add(address),
      down: [remove(device, has, prefix)],
      isUp: ['has_address', device, isOwnDevice(address) ? `${has}/${prefix}` : has],
    };
  },
};

function expected({ address, interface: device }: AddressResource, observed: ObservedAddress): Comparison {
  if (observed.places.some((place) => place.interface === device)) return {};
  const elsewhere = observed.places[0]?.interface;
  if (elsewhere !== undefined) {
    return {
      blocker: `${address} is on ${elsewhere}, not on ${device}; write interface: ${elsewhere} for this host`,
    };
  }
  return {
    blocker: `${address} is on none of its interfaces (${observed.interfaces.join(', ')}); correct the host's address, or ssh.host if this is another machine`,
  };
}

function noInterface(device: string, { interfaces }: ObservedAddress): string {
  return `there is no interface ${device} (there are: ${interfaces.join(', ')}); correct interface for this host`;
}
