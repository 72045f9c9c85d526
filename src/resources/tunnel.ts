import { z } from 'zod';
import { linesOf } from '../observe/answer.ts';
import { line, type Command } from '../shell/quote.ts';
import { type Kind, placeOf, run } from './kind.ts';
import { anAddress, aDevice, type Fields, maybe, type Shape, aWord } from './shape.ts';

/** What a tunnel device takes out of what: ipip (IPv4 in IPv4), sit (IPv6 in IPv4), gre, any (either in IPv6). */
export type TunnelMode = 'ipip' | 'sit' | 'gre' | 'any';

/** A device of our own at the real server's end of a tunnel: it takes packets from any director, and sends none. */
export interface TunnelResource {
  readonly kind: 'tunnel';
  readonly device: string;
  readonly mode: TunnelMode;
  /** The address to which the packets come. */
  readonly local: string;
  /** GRE: the packets bear a checksum, and only those that do are taken. */
  readonly checksum: boolean;
  readonly want: 'present' | 'absent';
}

export interface ObservedTunnel {
  /** As `ip tunnel show` tells it; undefined where there is no such device. */
  readonly has: { readonly mode: string; readonly local: string; readonly checksum: boolean } | undefined;
  readonly up: boolean;
}

type Has = NonNullable<ObservedTunnel['has']>;

const modes = ['ipip', 'sit', 'gre', 'any'] as const satisfies readonly TunnelMode[];

/** How `ip tunnel show` names the modes. */
const shown: Record<TunnelMode, string> = { ipip: 'ip/ip', sit: 'ipv6/ip', gre: 'gre/ip', any: 'any/ipv6' };

const shape: Shape<TunnelResource, ObservedTunnel> = {
  resource: z.strictObject({
    kind: z.literal('tunnel'),
    device: aDevice,
    mode: z.enum(modes),
    local: anAddress,
    checksum: z.boolean(),
    want: z.enum(['present', 'absent']),
  } satisfies Fields<TunnelResource>),
  before: z.strictObject({
    has: maybe(z.strictObject({ mode: aWord, local: aWord, checksum: z.boolean() })),
    up: z.boolean(),
  } satisfies Fields<ObservedTunnel>),
};

export const tunnelKind: Kind<TunnelResource, ObservedTunnel> = {
  kind: 'tunnel',
  shape,
  key: ({ device }) => device,

  probe: (tunnels) =>
    tunnels
      .flatMap(({ device, mode }) => [
        line(['say', `tunnel ${device}`]),
        `${line([...tool(mode), 'tunnel', 'show', device])} 2>/dev/null`,
        line(['say', `link ${device}`]),
        `${line(['ip', '-o', 'link', 'show', 'dev', device])} 2>/dev/null`,
      ])
      .join('\n'),

  parse: (answer, tunnels) => {
    const details = answer.sections('tunnel ');
    const links = answer.sections('link ');
    return tunnels.map(({ device }) => {
      const [first = '', ...more] = linesOf(details.get(device));
      const found = /^(\S+): (\S+) remote \S+ local (\S+)/.exec(first);
      const checksum = more.some((text) => text.includes('Checksum in received packet is required'));
      return {
        has: found === null ? undefined : { mode: found[2]!, local: found[3]!, checksum },
        up: flagsOf(links.get(device) ?? '').includes('UP'),
      };
    });
  },

  compare: (tunnel, { has, up }, { retiring }) => {
    const { device, mode, local, checksum, want } = tunnel;
    const id = `tunnel:${device}`;
    const title = `tunnel ${device} (${mode}, to ${local}${checksum ? ', checksum' : ''})`;
    const place = placeOf(retiring, 'link');
    const remove: Command = ['absent', ...tool(mode), 'tunnel', 'del', device];
    if (want === 'absent') {
      if (has === undefined) return {};
      const action = run(place, `remove ${title}`, [remove], make(tunnel));
      return { change: { id, verb: 'remove', title, details: [], actions: [action], interrupts: [] } };
    }
    const same =
      has !== undefined && has.mode === shown[mode] && has.local === local && has.checksum === checksum;
    if (same && up) return {};
    if (same) {
      const raise: Command = ['ip', 'link', 'set', device, 'up'];
      const action = run(place, `${device} up`, [raise], [['ip', 'link', 'set', device, 'down']]);
      const details = [{ verb: 'change' as const, text: 'up' }];
      return { change: { id, verb: 'change', title, details, actions: [action], interrupts: [] } };
    }
    const was =
      has === undefined ? [] : [{ verb: 'change' as const, text: `was ${has.mode} to ${has.local}` }];
    return {
      change: {
        id,
        verb: has === undefined ? 'add' : 'change',
        title,
        details: was,
        actions: [
          has === undefined
            ? run(place, title, make(tunnel), [remove])
            : run(place, title, [remove, ...make(tunnel)], [remove, ...remake(tunnel, has)]),
        ],
        interrupts:
          has === undefined ? [] : [`${device} is made anew: what comes through it is lost for a moment`],
      },
    };
  },

  restore: (managed, { has }) => (has === undefined ? { ...managed, want: 'absent' } : asItWas(managed, has)),
};

/** The tunnel with the settings that it had; undefined for a mode that is none of ours. */
function asItWas(tunnel: TunnelResource, has: Has): TunnelResource | undefined {
  const mode = modes.find((each) => shown[each] === has.mode);
  if (mode === undefined) return undefined;
  return { ...tunnel, mode, local: has.local, checksum: has.checksum, want: 'present' };
}

function remake(tunnel: TunnelResource, has: Has): Command[] {
  const before = asItWas(tunnel, has);
  return before === undefined ? [] : make(before);
}

/** `5: ipip0@NONE: <POINTOPOINT,UP,LOWER_UP> ...` */
function flagsOf(link: string): string[] {
  return /^[^<]*<([^>]*)>/.exec(link)?.[1]?.split(',') ?? [];
}

function make({ device, mode, local, checksum }: TunnelResource): Command[] {
  const options = checksum ? ['icsum'] : [];
  return [
    ['ensure', ...tool(mode), 'tunnel', 'add', device, 'mode', mode, 'local', local, ...options],
    ['ip', 'link', 'set', device, 'up'],
  ];
}

function tool(mode: TunnelMode): string[] {
  return mode === 'any' ? ['ip', '-6'] : ['ip'];
}
