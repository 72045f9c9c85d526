import { z } from 'zod';
import { linesOf } from '../shell/answer.ts';
import type { Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import { type Fields, aPort, type Shape } from './shape.ts';

/** A UDP port on which the host receives GUE packets (ip-fou(8)). */
export interface GuePortResource {
  readonly kind: 'gue-port';
  readonly port: number;
  readonly want: 'present' | 'absent';
}

export interface ObservedGuePort {
  readonly present: boolean;
}

const shape: Shape<GuePortResource, ObservedGuePort> = {
  resource: z.strictObject({
    kind: z.literal('gue-port'),
    port: aPort,
    want: z.enum(['present', 'absent']),
  } satisfies Fields<GuePortResource>),
  before: z.strictObject({ present: z.boolean() } satisfies Fields<ObservedGuePort>),
};

export const guePortKind: Kind<GuePortResource, ObservedGuePort> = {
  kind: 'gue-port',
  shape,
  key: ({ port }) => String(port),

  probe: () => 'if has_module fou; then ip fou show 2>/dev/null; fi',

  parse: (answer, ports) => {
    const present = new Set(
      linesOf(answer.section('gue-port')).flatMap((text) => /^port (\d+) gue/.exec(text.trim())?.[1] ?? []),
    );
    return ports.map(({ port }) => ({ present: present.has(String(port)) }));
  },

  compare: ({ port, want }, { present }, { retiring }) => {
    if (present === (want === 'present')) return {};
    const verb = present ? 'remove' : 'add';
    const title = `GUE on UDP port ${port}`;
    const [act, undo] = present ? [close(port), open(port)] : [open(port), close(port)];
    const action = run(placeOf(retiring, 'link'), `${verb} ${title}`, [act], [undo]);
    return {
      change: { id: `gue-port:${port}`, verb, title, details: [], actions: [action], interrupts: [] },
    };
  },

  restore: (managed, before) => (before.present ? undefined : { ...managed, want: 'absent' }),

  boot: ({ port, want }) =>
    want === 'absent'
      ? undefined
      : { of: 'link', up: [open(port)], down: [close(port)], isUp: ['has_gue', String(port)] },
};

function open(port: number): Command {
  return ['ensure', 'ip', 'fou', 'add', 'port', String(port), 'gue'];
}

function close(port: number): Command {
  return ['gue_close', String(port)];
}
