import { familyOf } from '../net/address.ts';
import type { Command } from '../shell/quote.ts';
import type { AddressPlace } from './address-lines.ts';
import type { AddressResource, ObservedAddress } from './address.ts';
import type { Comparison, Context, Detail, RunAction } from './kind.ts';
import { placeOf, run } from './orders.ts';

export function absent(
  wanted: AddressResource,
  { places }: ObservedAddress,
  { retiring, fromEngine }: Context,
): Comparison {
  const { address, prefix, interface: device, announce } = wanted;
  const here = places.some((place) => place.interface === device && place.prefix === prefix);
  if (!here && !fromEngine) return {};
  const title = `address ${address}/${prefix} on ${device}`;
  const place = placeOf(retiring, 'address');
  // The engine itself raises again what it raised, on the director that it chooses.
  const undo = fromEngine ? [] : add(wanted);
  return {
    change: {
      id: `address:${address} ${device}`,
      verb: 'remove',
      title: fromEngine ? `${title}, if its engine has left it` : title,
      details: [],
      actions: [run(place, `remove ${title}`, [remove(device, address, prefix)], undo)],
      interrupts: announce === true ? [`${address} leaves this host: connections to it end`] : [],
    },
  };
}

export function present(
  wanted: AddressResource,
  observed: ObservedAddress,
  { retiring, before = observed }: Context<ObservedAddress>,
): Comparison {
  const { address, prefix, interface: device } = wanted;
  const here = observed.places.filter((place) => place.interface === device);
  const elsewhere = observed.places.find((place) => place.interface !== device);
  const others = here.filter((other) => other.prefix !== prefix);
  const stay = retiring ? [] : staying(wanted, others, before);
  const notes = [
    ...(elsewhere === undefined
      ? []
      : [`${address} is also on ${elsewhere.interface}, where lvsform did not put it: remove it there`]),
    ...stay.map(
      (other) =>
        `${address}/${other.prefix} was on ${device} before lvsform, so it is kept (the inventory says /${prefix})`,
    ),
  ];
  const note = notes.length === 0 ? {} : { note: notes.join('; ') };
  const wrong = others.filter((other) => !stay.includes(other));
  const there = others.length < here.length || (stay.length > 0 && !isOwnDevice(wanted));
  if (there && wrong.length === 0) return note;
  const title = `address ${address}/${prefix} on ${device}`;
  const place = placeOf(retiring, 'address');
  const raise = run(place, `add ${title}`, add(wanted), [remove(device, address, prefix)]);
  const raised = there ? [] : retiring ? [raise] : [raise, ...accepted(wanted)];
  return {
    ...note,
    change: {
      id: `address:${address} ${device}`,
      verb: here.length > 0 ? 'change' : 'add',
      title,
      details: wrong.flatMap(detailsOf(address)),
      actions: [...raised, ...wrong.map((other) => replace(wanted, other, place))],
      interrupts: [],
    },
  };
}

/**
 * The addresses with another prefix that were there before us and are kept: the host's own addresses and routes may depend on
 * them. On lo the prefix matters, since the whole network would be local. There such an address is replaced, and destroy
 * restores it.
 */
function staying(
  wanted: AddressResource,
  others: readonly AddressPlace[],
  before: ObservedAddress,
): AddressPlace[] {
  const { prefix, interface: device } = wanted;
  const had = before.places.filter((place) => place.interface === device);
  const theirs = others.filter((other) => had.some((place) => place.prefix === other.prefix));
  const alone = theirs.length === 1 && !had.some((place) => place.prefix === prefix);
  return alone && isOwnDevice(wanted) ? [] : theirs;
}

/** True for lo and tunnels: no address of theirs is used to reach the host itself. */
export function isOwnDevice({ interface: device, appears }: AddressResource): boolean {
  return device === 'lo' || appears === true;
}

function replace(
  { address, interface: device }: AddressResource,
  { prefix, as = [], secondaries }: AddressPlace,
  place: ReturnType<typeof placeOf>,
): RunAction {
  const back: Command = [
    'ensure',
    ...ip(address),
    'addr',
    'add',
    `${address}/${prefix}`,
    'dev',
    device,
    ...as,
  ];
  const action = run(
    place,
    `remove ${address}/${prefix} on ${device}`,
    [remove(device, address, prefix)],
    [back],
  );
  return secondaries === undefined ? action : { ...action, risky: true };
}

function detailsOf(address: string): (place: AddressPlace) => Detail[] {
  return ({ prefix, secondaries = [] }) => [
    { verb: 'remove', text: `${address}/${prefix}` },
    ...secondaries.slice(0, 1).map((first): Detail => ({
      verb: 'change',
      text: `${first} becomes the primary address of its network`,
    })),
  ];
}

export function add({ address, prefix, interface: device, label, announce, as }: AddressResource): Command[] {
  const six = familyOf(address) === 'ipv6';
  const broadcast = six ? [] : prefix === 32 ? ['brd', address] : ['brd', '+'];
  const named = label === undefined || six ? [] : ['label', label];
  const words = as === undefined ? [...broadcast, 'dev', device, ...named] : ['dev', device, ...as];
  return [
    ['ensure', ...ip(address), 'addr', 'add', `${address}/${prefix}`, ...words],
    // The kernel itself announces an IPv6 address, once it knows that no other host has it (ndisc_notify).
    ...(announce === true && !six ? [['announce', device, address]] : []),
  ];
}

/**
 * The kernel itself asks whether another host has an IPv6 address (RFC 4862), and does not use the address until it knows. If
 * another host answers, the address is set but does not work.
 */
function accepted({ address, interface: device, announce }: AddressResource): RunAction[] {
  if (announce !== true || familyOf(address) !== 'ipv6') return [];
  const place = { stage: 'prepare', of: 'accepted' } as const;
  return [run(place, `make sure that no other host answers for ${address}`, [['accepted', device, address]])];
}

export function remove(device: string, address: string, prefix: number): Command {
  return ['drop_address', device, `${address}/${prefix}`];
}

function ip(address: string): string[] {
  return familyOf(address) === 'ipv6' ? ['ip', '-6'] : ['ip'];
}
