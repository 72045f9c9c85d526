import test from 'ava';
import { dangersOf } from '../../src/plan/guard.ts';
import type { Transition } from '../../src/plan/intent.ts';
import { everything } from '../../src/plan/policy.ts';
import type { Verb } from '../../src/resources/kind.ts';
import { floatingVip, leaves, ownVip, service, transition } from '../support/manifests.ts';
import { change } from '../support/changes.ts';

const onLo = ownVip('10.0.0.100', 'lo');
const five = service({ rs1: 1, rs2: 1, rs3: 1, rs4: 1, rs5: 1 });
const watched = { owner: 'keepalived' } as const;
const other = { key: '-t 10.0.0.100:443' };
const web = 'virtual service tcp 10.0.0.100:80';

const from = { owner: 'old', since: '2026-01-01T00:00:00Z' };
const removal = [change('file:/etc/old', 'remove'), change('file:/etc/new', 'add')];

const takeOvers: readonly (readonly [
  title: string,
  transitions: readonly Transition[],
  dangers: readonly string[],
])[] = [
  [
    'a host is taken over',
    [transition('rs1', [onLo], [onLo], { from: { ...from, how: 'taken' } })],
    ['rs1 is taken over from the inventory old (since 2026-01-01T00:00:00Z)'],
  ],
  [
    'its old owner loses something there',
    [transition('rs1', [onLo], [onLo], { from: { ...from, how: 'taken' }, changes: removal })],
    [
      'rs1 is taken over from the inventory old (since 2026-01-01T00:00:00Z), and this is removed there: file /etc/old',
    ],
  ],
  [
    'a host that was given up, and nothing is removed',
    [transition('rs1', [onLo], [onLo], { from: { ...from, how: 'released' } })],
    [],
  ],
  [
    'a host that was given up, and something is removed',
    [transition('rs1', [onLo], [onLo], { from: { ...from, how: 'released' }, changes: removal })],
    ['rs1: removes what the inventory old left there: file /etc/old'],
  ],
  [
    'a host of ours, from before inventories had names',
    [transition('rs1', [onLo], [onLo], { from: { ...from, how: 'former' }, changes: removal })],
    [],
  ],
];

for (const [title, transitions, dangers] of takeOvers) {
  test(`${dangers.length === 0 ? 'no danger' : 'a danger'}: ${title}`, (t) =>
    t.deepEqual(dangersOf(transitions, everything), [...dangers]));
}

const emptied = `lb1: ${web} loses all its real servers (2)`;
const had = service({ rs1: 1, rs2: 1 });
const seen = (rs1: number, rs2: number) => service({ rs1, rs2 }, watched);

/** With --allow only what is done can be a danger: what is held back stays as it is. */
const allowed: readonly (readonly [allow: string, title: string, ...Transition[]])[] = [
  ['add change', 'hosts that leave stay as they are', leaves('lb1', five, ownVip())],
  ['add change', 'services and VIPs that go stay', transition('lb1', [five, ownVip()], [service({}, other)])],
  ['add change', 'real servers that go stay', transition('lb1', [five], [service({ rs1: 1 })])],
  ['add', 'weights stay', transition('lb1', [had], [service({ rs1: 0, rs2: 0 })])],
  ['add remove', 'weights stay', transition('lb1', [had], [service({ rs1: 0, rs2: 0 })])],
  ['add remove', 'keepalived is not told of new weights', transition('lb1', [seen(1, 1)], [seen(0, 0)])],
  ['change', 'the weight of the one that goes stays', transition('lb1', [had], [service({ rs1: 0 })])],
];

for (const [allow, title, ...transitions] of allowed) {
  test(`no danger with --allow ${allow}: ${title}`, (t) =>
    t.deepEqual(dangersOf(transitions, { ...everything, allow: allow.split(' ') as Verb[] }), []));
}

const stillDangers: readonly (readonly [allow: string, title: string, transition: Transition])[] = [
  ['change', 'weights are edited', transition('lb1', [had], [service({ rs1: 0, rs2: 0 })])],
  [
    'remove',
    'the old real servers go, and the new ones do not come',
    transition('lb1', [had], [service({ rs3: 1, rs4: 1 })]),
  ],
  ['change', 'keepalived is told of new weights', transition('lb1', [seen(1, 1)], [seen(0, 0)])],
  ['change', 'keepalived is told of none', transition('lb1', [seen(1, 1)], [service({}, watched)])],
  ['remove change', 'the new ones do not come', transition('lb1', [had], [service({ rs3: 1, rs4: 1 })])],
];

for (const [allow, title, one] of stillDangers) {
  test(`a danger with --allow ${allow}: ${title}`, (t) =>
    t.deepEqual(dangersOf([one], { ...everything, allow: allow.split(' ') as Verb[] }), [emptied]));
}

test('a danger with --allow change: what keepalived makes goes with an edit of its configuration', (t) => {
  const https = service({ rs1: 1 }, { ...watched, ...other });
  const before = [seen(1, 1), https, floatingVip(), floatingVip('10.0.0.7')];
  const transitions = [transition('lb1', before, [seen(1, 1), floatingVip()])];
  t.deepEqual(dangersOf(transitions, { ...everything, allow: ['change'] }), [
    'lb1: virtual service tcp 10.0.0.100:443 is removed',
    'lb1: the VIP 10.0.0.7 is removed',
  ]);
  t.deepEqual(dangersOf(transitions, { ...everything, allow: ['add'] }), []);
});
