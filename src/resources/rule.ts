import { z } from 'zod';
import { linesOf } from '../shell/answer.ts';
import { familyOf } from '../net/address.ts';
import { line, type Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import { type Fields, aPlace, type Shape } from './shape.ts';
import { lvsTable } from './route.ts';

/** A policy rule, live: packets from an address are routed by our table. */
export interface RuleResource {
  readonly kind: 'rule';
  readonly from: string;
  readonly want: 'present' | 'absent';
}

export interface ObservedRule {
  readonly present: boolean;
}

const shape: Shape<RuleResource, ObservedRule> = {
  resource: z.strictObject({
    kind: z.literal('rule'),
    from: aPlace,
    want: z.enum(['present', 'absent']),
  } satisfies Fields<RuleResource>),
  before: z.strictObject({ present: z.boolean() } satisfies Fields<ObservedRule>),
};

export const ruleKind: Kind<RuleResource, ObservedRule> = {
  kind: 'rule',
  shape,
  key: ({ from }) => from,

  probe: (rules) =>
    [...new Set(rules.map(({ from }) => ipOf(from)))]
      .map((tool) => line([...tool.split(' '), 'rule', 'show']))
      .join('\n'),

  parse: (answer, rules) => {
    const present = new Set(
      linesOf(answer.section('rule')).flatMap((text) => {
        // The last words say what made the rule: systemd-networkd writes `proto static`.
        const found = /^\d+:\s+from (\S+) lookup (\S+)(?: proto \S+)?\s*$/.exec(text);
        const ours = found?.[2] === lvsTable.name || found?.[2] === String(lvsTable.id);
        return found !== null && ours ? [found[1]!] : [];
      }),
    );
    return rules.map(({ from }) => ({ present: present.has(from) }));
  },

  compare: ({ from, want }, { present }, { retiring }) => {
    if (present === (want === 'present')) return {};
    const verb = present ? 'remove' : 'add';
    const title = `rule from ${from} lookup ${lvsTable.name}`;
    const undo = [edit(present ? 'add' : 'remove', from)];
    const action = {
      ...run(placeOf(retiring, 'rule'), `${verb} ${title}`, [edit(verb, from)], undo),
      risky: true as const,
    };
    return { change: { id: `rule:${from}`, verb, title, details: [], actions: [action], interrupts: [] } };
  },

  restore: (managed, before) => (before.present ? undefined : { ...managed, want: 'absent' }),

  boot: ({ from, want }) => {
    if (want === 'absent') return undefined;
    const isUp = ['has_rule', ipOf(from).split(' ')[1]!, from, String(lvsTable.id), lvsTable.name];
    return { of: 'rule', up: [edit('add', from)], down: [edit('remove', from)], isUp };
  },
};

function edit(verb: 'add' | 'remove', from: string): Command {
  const tool = ipOf(from).split(' ');
  const rule = ['from', from, 'lookup', String(lvsTable.id)];
  return verb === 'add'
    ? ['ensure', ...tool, 'rule', 'add', ...rule]
    : ['absent', ...tool, 'rule', 'del', ...rule];
}

function ipOf(address: string): string {
  return familyOf(address) === 'ipv6' ? 'ip -6' : 'ip -4';
}
