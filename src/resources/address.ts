import { z } from 'zod';
import { type FailoverEngine, failoverEngines } from '../model/failover.ts';
import { bitsOf, familyOf } from '../net/address.ts';
import { linesOf } from '../observe/answer.ts';
import type { Command } from '../shell/quote.ts';
import { type Kind, placeOf, run, type RunAction } from './kind.ts';
import { anAddress, aDevice, type Fields, aName, only, aPrefix, type Shape, aWord } from './shape.ts';

/** An address on an interface, live. */
export interface AddressResource {
  readonly kind: 'address';
  readonly address: string;
  readonly prefix: number;
  readonly interface: string;
  /** By which ifconfig knows the address: eth0:0. */
  readonly label?: string;
  /**
   * present: ours, a VIP; absent: no longer ours; expected: the host's own, which we check and never touch;
   * floating: a VIP that another engine raises and takes down.
   */
  readonly want: 'present' | 'absent' | 'expected' | 'floating';
  /** True where neighbours must be told by gratuitous ARP. */
  readonly announce?: true;
  /** Floating: which engine moves it, and by which name the engine knows what moves together. */
  readonly moves?: { readonly engine: FailoverEngine; readonly group: string };
  /** True where the interface comes with the same plan. */
  readonly appears?: true;
}

export interface ObservedAddress {
  /** Every place of the address on the host. */
  readonly places: readonly { readonly interface: string; readonly prefix: number }[];
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
    moves: z
      .strictObject({
        engine: z.enum(failoverEngines).exclude(['none']),
        group: aName,
      } satisfies Fields<NonNullable<AddressResource['moves']>>)
      .exactOptional(),
    appears: only,
  } satisfies Fields<AddressResource>),
  before: z.strictObject({
    places: z.array(z.strictObject({ interface: aDevice, prefix: aPrefix })),
    interfaces: z.array(aWord),
  } satisfies Fields<ObservedAddress>),
};

export const addressKind: Kind<AddressResource, ObservedAddress> = {
  kind: 'address',
  shape,
  key: ({ address, interface: device }) => `${address} ${device}`,

  // What follows the backslash is the address's lifetime, which changes with every second.
  // IPv6 addresses come and go by themselves, so they are read only where one is wanted.
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
    const places = linesOf(answer.section('address')).flatMap(readPlace);
    const interfaces = linesOf(answer.section('interfaces'));
    return addresses.map(({ address }) => ({
      places: places
        .filter((each) => each.address === address)
        .map(({ interface: device, prefix }) => ({ interface: device, prefix })),
      interfaces,
    }));
  },

  compare: (wanted, found, { retiring, fromEngine }) => {
    const observed = fromEngine ? { ...found, places: [] } : found;
    if (wanted.want === 'expected') return expected(wanted, observed);
    const { address, prefix, interface: device } = wanted;
    if (wanted.want === 'floating') {
      return observed.interfaces.includes(device) ? {} : { blocker: noInterface(device, observed) };
    }
    const here = observed.places.filter((place) => place.interface === device);
    const exact = here.some((place) => place.prefix === prefix);
    const elsewhere = observed.places.find((place) => place.interface !== device);
    const id = `address:${address} ${device}`;
    const title = `address ${address}/${prefix} on ${device}`;
    const place = placeOf(retiring, 'address');
    if (wanted.want === 'absent') {
      if (!exact && !fromEngine) return {};
      // What its engine raised it raises again, on whichever director that is.
      const undo = fromEngine ? [] : add(wanted);
      const action = run(place, `remove ${title}`, [remove(device, address, prefix)], undo);
      return {
        change: {
          id,
          verb: 'remove',
          title: fromEngine ? `${title}, where its engine has left it` : title,
          details: [],
          actions: [action],
          interrupts: wanted.announce === true ? [`${address} leaves this host: connections to it end`] : [],
        },
      };
    }
    const note =
      elsewhere === undefined
        ? {}
        : {
            note: `${address} is also on ${elsewhere.interface}, which is not lvsform's doing: remove it there`,
          };
    if (!observed.interfaces.includes(device) && wanted.appears !== true)
      return { blocker: noInterface(device, observed) };
    const wrong = here.filter((other) => other.prefix !== prefix);
    if (exact && wrong.length === 0) return note;
    const replace = wrong.map((other) =>
      run(
        place,
        `remove ${address}/${other.prefix} on ${device}`,
        [remove(device, address, other.prefix)],
        [['ensure', ...ip(address), 'addr', 'add', `${address}/${other.prefix}`, 'dev', device]],
      ),
    );
    const raise = run(place, `add ${title}`, add(wanted), [remove(device, address, prefix)]);
    const raised = retiring ? [raise] : [raise, ...accepted(wanted)];
    return {
      ...note,
      change: {
        id,
        verb: here.length > 0 ? 'change' : 'add',
        title,
        details: wrong.map((other) => ({ verb: 'remove', text: `${address}/${other.prefix}` })),
        actions: exact ? replace : [...raised, ...replace],
        interrupts: [],
      },
    };
  },

  restore: (managed, before) => {
    if (managed.want !== 'present' && managed.want !== 'floating') return undefined;
    const had = before.places.some(
      (place) => place.interface === managed.interface && place.prefix === managed.prefix,
    );
    if (had) return undefined;
    const { moves: _, ...own } = managed;
    return { ...own, want: 'absent' };
  },
};

/** `2: eth0@if5    inet 10.0.0.1/24 brd ...`: where an address is. One that another host has, too, is none. */
function readPlace(text: string): { interface: string; address: string; prefix: number }[] {
  const [number = '', link = '', family = '', place = '', ...rest] = text.trim().split(/\s+/);
  if (!/^\d+:$/.test(number) || !/^inet6?$/.test(family) || rest.includes('dadfailed')) return [];
  const [has = '', bits] = place.split('/');
  return [{ interface: link.split('@')[0]!, address: has, prefix: Number(bits ?? bitsOf(has)) }];
}

function expected(
  { address, interface: device }: AddressResource,
  observed: ObservedAddress,
): {
  blocker?: string;
} {
  if (observed.places.some((place) => place.interface === device)) return {};
  const elsewhere = observed.places[0]?.interface;
  if (elsewhere !== undefined) {
    return {
      blocker: `${address} is on ${elsewhere}, not on ${device}; write interface: ${elsewhere} for this host`,
    };
  }
  return {
    blocker: `${address} is on none of its interfaces (${observed.interfaces.join(', ')}); correct the host's address, or ssh.host where this is another machine`,
  };
}

function noInterface(device: string, { interfaces }: ObservedAddress): string {
  return `there is no interface ${device} (there are: ${interfaces.join(', ')}); correct interface for this host`;
}

function add({ address, prefix, interface: device, label, announce }: AddressResource): Command[] {
  const six = familyOf(address) === 'ipv6';
  const broadcast = six ? [] : prefix === 32 ? ['brd', address] : ['brd', '+'];
  const named = label === undefined || six ? [] : ['label', label];
  return [
    ['ensure', ...ip(address), 'addr', 'add', `${address}/${prefix}`, ...broadcast, 'dev', device, ...named],
    // An IPv6 address is announced by the kernel itself, once it is known to be nobody else's (ndisc_notify).
    ...(announce === true && !six ? [['announce', device, address]] : []),
  ];
}

/**
 * The kernel asks by itself whether another host has an IPv6 address (RFC 4862), and does not use it until then. Where
 * one answers, the address is there and does not work.
 */
function accepted({ address, interface: device, announce }: AddressResource): RunAction[] {
  if (announce !== true || familyOf(address) !== 'ipv6') return [];
  const place = { stage: 'prepare', of: 'accepted' } as const;
  return [run(place, `see that no other host answers for ${address}`, [['accepted', device, address]])];
}

function remove(device: string, address: string, prefix: number): Command {
  return ['absent', ...ip(address), 'addr', 'del', `${address}/${prefix}`, 'dev', device];
}

function ip(address: string): string[] {
  return familyOf(address) === 'ipv6' ? ['ip', '-6'] : ['ip'];
}
