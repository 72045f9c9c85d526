import { z } from 'zod';
import { linesOf } from '../shell/answer.ts';
import { line, type Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import { anAddress, aDevice, type Fields, maybe, aPlace, type Shape, aWord } from './shape.ts';

/** Our own routing table for NAT real servers with two interfaces; its name is in rt_tables. */
export const lvsTable = { id: 197, name: 'lvs' } as const;

/** A route, live. */
export interface RouteResource {
  readonly kind: 'route';
  /** `default`, an address (a host route), or a network. */
  readonly to: string;
  readonly via?: string;
  readonly device: string;
  readonly table: 'main' | 'lvs';
  /** IPv4 if left out. */
  readonly family?: 'ipv6';
  readonly want: 'present' | 'absent';
  /** Further words of ip(8), for a route that was there before us and is restored: proto, src, onlink ... */
  readonly rest?: readonly string[];
}

export interface ObservedRoute {
  /** The table's route to the destination at metric 0, in the words that ip(8) takes after the destination; undefined if none. */
  readonly has:
    | { readonly via?: string; readonly device: string; readonly rest: readonly string[] }
    | undefined;
}

const shape: Shape<RouteResource, ObservedRoute> = {
  resource: z.strictObject({
    kind: z.literal('route'),
    to: z.union([z.literal('default'), aPlace]),
    via: anAddress.exactOptional(),
    device: aDevice,
    table: z.enum(['main', 'lvs']),
    family: z.literal('ipv6').exactOptional(),
    want: z.enum(['present', 'absent']),
    rest: z.array(aWord).exactOptional(),
  } satisfies Fields<RouteResource>),
  before: z.strictObject({
    has: maybe(
      z.strictObject({
        via: aWord.exactOptional(),
        device: aWord,
        rest: z.array(aWord),
      } satisfies Fields<NonNullable<ObservedRoute['has']>>),
    ),
  } satisfies Fields<ObservedRoute>),
};

export const routeKind: Kind<RouteResource, ObservedRoute> = {
  kind: 'route',
  shape,
  key: (route) => nameOf(route),

  // Routes are read one by one: a router may have a million of them.
  probe: (routes) =>
    routes
      .map((route) => {
        const { to, table } = route;
        return `${line(['say', `route ${nameOf(route)}`])}\n${line([...ip(route), 'route', 'show', 'to', 'exact', to, 'table', tableWord(table)])} 2>/dev/null${route.family === 'ipv6' ? withoutLifetime : ''}`;
      })
      .join('\n'),

  parse: (answer, routes) => {
    const sections = answer.sections('route ');
    return routes.map((route) => ({
      has: linesOf(sections.get(nameOf(route)))
        .map((text) => parseRoute(route.family === 'ipv6' ? text.replace(ordinary, '') : text))
        .find(({ rest }) => !rest.includes('metric')),
    }));
  },

  compare: (wanted, observed, { retiring }) => {
    const { to, via, device, table } = wanted;
    const { has } = observed;
    const asBefore = wanted.rest === undefined || wanted.rest.join(' ') === has?.rest.join(' ');
    // A route that is to be removed: others have set it since then.
    if (has?.device === several) return retiring ? {} : { blocker: severalHops(to) };
    const same = has !== undefined && has.via === via && has.device === device && asBefore;
    const title = `route ${describe(to, via, device)}${table === 'lvs' ? ` in table ${lvsTable.name}` : ''}`;
    const place = placeOf(retiring, 'route');
    const id = `route:${nameOf(wanted)}`;
    const tool = ip(wanted);
    const back: Command =
      has === undefined
        ? ['absent', ...tool, 'route', 'del', to, ...words(via, device), ...inTable(table)]
        : [...tool, 'route', 'replace', to, ...words(has.via, has.device), ...has.rest, ...inTable(table)];
    const risk = to === 'default' ? ({ risky: true } as const) : {};
    const interrupts =
      to === 'default' && table === 'main'
        ? [
            `the default route changes: connections through the old gateway end (the host undoes it unless lvsform can connect again)`,
          ]
        : [];
    if (wanted.want === 'absent') {
      if (!same) return {};
      const action = { ...run(place, `remove ${title}`, [remove(wanted)], [back]), ...risk };
      return { change: { id, verb: 'remove', title, details: [], actions: [action], interrupts } };
    }
    if (same) return {};
    return {
      change: {
        id,
        verb: has === undefined ? 'add' : 'change',
        title,
        details:
          has === undefined ? [] : [{ verb: 'change', text: `was ${describe(to, has.via, has.device)}` }],
        actions: [{ ...run(place, title, [set(wanted)], [back]), ...risk }],
        interrupts,
      },
    };
  },

  restore: (managed, before) => {
    if (before.has === undefined) return { ...managed, want: 'absent' };
    const { via: _, ...rest } = managed;
    const { via, device, rest: further } = before.has;
    return { ...rest, device, want: 'present', rest: further, ...(via === undefined ? {} : { via }) };
  },

  boot: (route) => {
    const { to, via, device, table, want } = route;
    if (want === 'absent') return undefined;
    const isDefault = table === 'main' && to === 'default';
    return {
      of: 'route',
      up: [set(route)],
      down: [remove(route)],
      isUp: ['has_route', ip(route).at(-1)!, tableWord(table), to, ...words(via, device)],
      // The host may have no other default route.
      ...(isDefault ? { replaces: true } : {}),
    };
  },
};

function set(route: RouteResource): Command {
  const { to, via, device, rest = [], table } = route;
  return [...ip(route), 'route', 'replace', to, ...words(via, device), ...rest, ...inTable(table)];
}

function remove(route: RouteResource): Command {
  const { to, via, device, table } = route;
  return ['absent', ...ip(route), 'route', 'del', to, ...words(via, device), ...inTable(table)];
}

function tableWord(table: RouteResource['table']): string {
  return table === 'main' ? 'main' : String(lvsTable.id);
}

function ip({ family }: Pick<RouteResource, 'family'>): string[] {
  return ['ip', family === 'ipv6' ? '-6' : '-4'];
}

function nameOf({ to, table, family }: RouteResource): string {
  return `${to} ${table}${family === undefined ? '' : ` ${family}`}`;
}

/** A route that a router announced has a lifetime, which changes with every second. */
const withoutLifetime = " | sed 's/ expires [0-9]*sec//'";

/** Words that iproute2 prints for every IPv6 route. */
const ordinary = / metric 1024\b| pref medium\b/g;

function describe(to: string, via: string | undefined, device: string): string {
  return `${to}${via === undefined ? '' : ` via ${via}`} dev ${device}`;
}

function words(via: string | undefined, device: string): string[] {
  return [...(via === undefined ? [] : ['via', via]), 'dev', device];
}

function inTable(table: RouteResource['table']): string[] {
  return table === 'main' ? [] : ['table', tableWord(table)];
}

/** Words of `ip route show` for a state, which `ip route replace` does not take. */
const dropped = new Set(['linkdown', 'dead', 'pervasive', 'offload']);
function severalHops(to: string): string {
  return `its route ${to} has several next hops, or one of the other family, which lvsform could not restore: make it a route with a single gateway`;
}

/** Stands for the device of a route that has several. */
const several = 'several';
/** Words without a value. */
const alone = new Set(['onlink']);

/** Reads one line of `ip route show to exact`: the destination, then words with their values. */
function parseRoute(text: string): NonNullable<ObservedRoute['has']> {
  const options = text.trim().split(/\s+/).slice(1);
  const rest: string[] = [];
  let via: string | undefined;
  let device = '';
  for (let index = 0; index < options.length; index++) {
    const word = options[index]!;
    if (dropped.has(word)) continue;
    if (alone.has(word)) {
      rest.push(word);
      continue;
    }
    const value = options[++index] ?? '';
    if (word === 'via') via = value;
    else if (word === 'dev') device = value;
    else rest.push(word, value, ...(value === 'lock' ? options.slice(++index, index + 1) : []));
  }
  // Several next hops are in lines of their own; `via inet6 ADDRESS` is a gateway of the other family.
  if (device === '' || via === 'inet6') return { device: several, rest: [] };
  return { ...(via === undefined ? {} : { via }), device, rest };
}
