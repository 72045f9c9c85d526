import { z } from 'zod';
import type { Timeouts } from '../model/cluster.ts';
import type { Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import { aCount, type Fields, maybe, type Shape } from './shape.ts';

/** How long the kernel remembers silent connections (ipvsadm --set). */
export interface IpvsTimeoutsResource extends Timeouts {
  readonly kind: 'ipvs-timeouts';
}

export interface ObservedTimeouts {
  /** Undefined where ip_vs is not loaded. */
  readonly has: Timeouts | undefined;
}

/** What the kernel begins with (ip_vs_proto_tcp.c, ip_vs_proto_udp.c). */
export const kernelTimeouts: Timeouts = { tcp: 900, tcpFin: 120, udp: 300 };

const seconds = { tcp: aCount, tcpFin: aCount, udp: aCount } satisfies Fields<Timeouts>;

const shape: Shape<IpvsTimeoutsResource, ObservedTimeouts> = {
  resource: z.strictObject({
    kind: z.literal('ipvs-timeouts'),
    ...seconds,
  } satisfies Fields<IpvsTimeoutsResource>),
  before: z.strictObject({ has: maybe(z.strictObject(seconds)) } satisfies Fields<ObservedTimeouts>),
};

export const ipvsTimeoutsKind: Kind<IpvsTimeoutsResource, ObservedTimeouts> = {
  kind: 'ipvs-timeouts',
  shape,
  key: () => 'all',

  probe: () => 'if has_table; then ipvsadm -Ln --timeout; fi',

  parse: (answer, resources) => {
    const found = /: (\d+) (\d+) (\d+)\s*$/m.exec(answer.section('ipvs-timeouts') ?? '');
    const [tcp, tcpFin, udp] = (found ?? []).slice(1).map(Number);
    const has = found === null ? undefined : { tcp: tcp!, tcpFin: tcpFin!, udp: udp! };
    return resources.map(() => ({ has }));
  },

  compare: (wanted, { has = kernelTimeouts }, { retiring }) => {
    if (words(wanted).join() === words(has).join()) return {};
    const title = 'timeouts of connections';
    const text = (['tcp', 'tcpFin', 'udp'] as const)
      .filter((name) => wanted[name] !== has[name])
      .map((name) => `${name === 'tcpFin' ? 'tcp_fin' : name} ${has[name]} s -> ${wanted[name]} s`)
      .join(', ');
    return {
      change: {
        id: 'ipvs-timeouts:all',
        verb: 'change',
        title,
        details: [{ verb: 'change', text }],
        actions: [run(placeOf(retiring, 'table'), title, [set(wanted)], [set(has)])],
        interrupts: [],
      },
    };
  },

  restore: (_, { has = kernelTimeouts }) => ({ kind: 'ipvs-timeouts', ...has }),

  boot: (wanted) => ({
    of: 'table',
    up: [set(wanted)],
    down: [set(kernelTimeouts)],
    isUp: ['has_timeouts', ...words(wanted)],
    replaces: true,
  }),
};

function set(timeouts: Timeouts): Command {
  return ['ipvsadm', '--set', ...words(timeouts)];
}

function words({ tcp, tcpFin, udp }: Timeouts): string[] {
  return [tcp, tcpFin, udp].map(String);
}
