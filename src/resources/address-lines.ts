import { bitsOf, isCidr, networkOf } from '../net/address.ts';

export interface AddressPlace {
  readonly interface: string;
  readonly prefix: number;
  /** If the prefix is not the wanted one: the words of `ip addr add` that restore the address. */
  readonly as?: readonly string[];
  /** Of a primary address: the secondary addresses of its network; the first of them becomes the primary one. */
  readonly secondaries?: readonly string[];
}

interface AddressLine {
  readonly interface: string;
  readonly address: string;
  readonly prefix: number;
  readonly secondary: boolean;
  /** Further words of `ip addr add`. */
  readonly as: readonly string[];
}

const withValue = new Set(['brd', 'scope', 'metric']);

/**
 * Reads one line of `ip -o addr show`: `2: eth0@if5    inet 10.0.0.1/24 brd 10.0.0.255 scope global secondary eth0:0`. A
 * duplicate of another host's address does not count.
 */
export function readLine(text: string): AddressLine[] {
  const [number = '', link = '', family = '', place = '', ...rest] = text
    .replace(/\\.*$/, '')
    .trim()
    .split(/\s+/);
  if (!/^\d+:$/.test(number) || !/^inet6?$/.test(family) || rest.includes('dadfailed')) return [];
  const device = link.split('@')[0]!;
  const [has = '', bits] = place.split('/');
  const label = family === 'inet' ? rest.at(-1) : undefined;
  return [
    {
      interface: device,
      address: has,
      prefix: Number(bits ?? bitsOf(has)),
      secondary: rest.includes('secondary'),
      as: [
        ...rest.flatMap((word, index) => {
          const value = rest[index + 1];
          return withValue.has(word) && value !== undefined && value !== 'global' ? [word, value] : [];
        }),
        ...(label === undefined || label === device ? [] : ['label', label]),
        ...(rest.includes('noprefixroute') ? ['noprefixroute'] : []),
      ],
    },
  ];
}

/** The place of a wanted address in a line; the other lines say which are its secondaries. */
export function placeFrom(
  line: AddressLine,
  lines: readonly AddressLine[],
  wanted: { readonly prefix: number; readonly interface: string; readonly want: string },
): AddressPlace {
  const { interface: device, prefix, as } = line;
  const ours = wanted.want === 'present' && wanted.interface === device;
  if (prefix === wanted.prefix || !ours) return { interface: device, prefix };
  if (line.secondary || !isCidr(`${line.address}/${prefix}`)) return { interface: device, prefix, as };
  const network = networkOf(line.address, prefix);
  const secondaries = lines
    .filter((each) => each.secondary && each.interface === device && each.prefix === prefix)
    .filter((each) => isCidr(`${each.address}/${prefix}`))
    .filter((each) => networkOf(each.address, prefix) === network)
    .map((each) => `${each.address}/${prefix}`);
  return { interface: device, prefix, as, ...(secondaries.length === 0 ? {} : { secondaries }) };
}
