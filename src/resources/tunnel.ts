import { linesOf } from '../shell/answer.ts';
import { line, type Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import {
  type Has,
  modes,
  type ObservedTunnel,
  shape,
  shown,
  type TunnelMode,
  type TunnelResource,
} from './tunnel-shape.ts';

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
      const found = /^\S+: (\S+) remote (\S+) local (\S+)(.*)/.exec(first);
      const checksum = more.some((text) => text.includes('Checksum in received packet is required'));
      return {
        has: found === null ? undefined : { mode: found[1]!, local: found[3]!, checksum, ...restOf(found) },
        up: flagsOf(links.get(device) ?? '').includes('UP'),
      };
    });
  },

  compare: (tunnel, { has, up }, { retiring }) => {
    const { device, mode, local, checksum, want } = tunnel;
    const id = `tunnel:${device}`;
    const title = `tunnel ${device} (${mode}, to ${local}${checksum ? ', checksum' : ''})`;
    const place = placeOf(retiring, 'link');
    if (want === 'absent') {
      if (has === undefined) return {};
      const action = run(place, `remove ${title}`, [remove(tunnel)], make(tunnel));
      return { change: { id, verb: 'remove', title, details: [], actions: [action], interrupts: [] } };
    }
    const same =
      has !== undefined &&
      has.mode === shown[mode] &&
      has.local === local &&
      has.checksum === checksum &&
      takenFrom(has.as) === takenFrom(tunnel.as);
    if (same && up === (tunnel.down !== true)) return {};
    if (same) {
      const [now, before] = up ? (['down', 'up'] as const) : (['up', 'down'] as const);
      const set = (state: string): Command => ['ip', 'link', 'set', device, state];
      const action = run(place, `${device} ${now}`, [set(now)], [set(before)]);
      const details = [{ verb: 'change' as const, text: now }];
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
            ? run(place, title, make(tunnel), [remove(tunnel)])
            : run(
                place,
                title,
                [remove(tunnel), ...make(tunnel)],
                [remove(tunnel), ...remake(tunnel, has, up)],
              ),
        ],
        interrupts:
          has === undefined ? [] : [`${device} is recreated: packets through it are lost for a moment`],
      },
    };
  },

  restore: (managed, { has, up }) =>
    has === undefined ? { ...managed, want: 'absent' } : asItWas(managed, has, up),

  boot: (tunnel) => {
    const { device, mode, local, checksum, want } = tunnel;
    if (want === 'absent') return undefined;
    const program = mode === 'any' ? '-6' : '-4';
    return {
      of: 'link',
      // Another device of this name would be in the way.
      up: [remove(tunnel), ...make(tunnel)],
      down: [remove(tunnel)],
      isUp: ['has_tunnel', program, device, shown[mode], local, ...(checksum ? ['icsum'] : [])],
    };
  },
};

/** The tunnel with its former settings; undefined for a mode that we do not use. */
function asItWas(tunnel: TunnelResource, has: Has, up: boolean): TunnelResource | undefined {
  const mode = modes.find((each) => shown[each] === has.mode);
  if (mode === undefined) return undefined;
  const { local, checksum, as } = has;
  const rest = { ...(as === undefined ? {} : { as }), ...(up ? {} : { down: true as const }) };
  return { kind: tunnel.kind, device: tunnel.device, mode, local, checksum, want: 'present', ...rest };
}

function remake(tunnel: TunnelResource, has: Has, up: boolean): Command[] {
  const before = asItWas(tunnel, has, up);
  return before === undefined ? [] : make(before);
}

/** `5: ipip0@NONE: <POINTOPOINT,UP,LOWER_UP> ...` */
function flagsOf(link: string): string[] {
  return /^[^<]*<([^>]*)>/.exec(link)?.[1]?.split(',') ?? [];
}

function make({ device, mode, local, checksum, as = [], down }: TunnelResource): Command[] {
  const options = [...(checksum ? ['icsum'] : []), ...as];
  return [
    ['ensure', ...tool(mode), 'tunnel', 'add', device, 'mode', mode, 'local', local, ...options],
    ...(down === true ? [] : [['ip', 'link', 'set', device, 'up']]),
  ];
}

/** Words of `ip tunnel show` that `ip tunnel add` takes, with their defaults. */
const usual = new Map([
  ['remote', ['any', '::']],
  ['dev', []],
  ['ttl', ['inherit']],
  ['tos', []],
  ['key', []],
]);

function restOf([, , remote = '', , rest = '']: RegExpExecArray): Pick<Has, 'as'> {
  const words = ['remote', remote, ...rest.trim().split(/\s+/)];
  const as = words.flatMap((word, index) => {
    const value = words[index + 1];
    return value !== undefined && usual.get(word)?.includes(value) === false ? [word, value] : [];
  });
  return as.length === 0 ? {} : { as };
}

/** The settings that decide which packets the device receives. */
function takenFrom(as: readonly string[] = []): string {
  return ['remote', 'dev', 'key']
    .map((word) => (as.includes(word) ? as[as.indexOf(word) + 1] : ''))
    .join(' ');
}

function remove({ mode, device }: TunnelResource): Command {
  return ['absent', ...tool(mode), 'tunnel', 'del', device];
}

function tool(mode: TunnelMode): string[] {
  return mode === 'any' ? ['ip', '-6'] : ['ip'];
}
