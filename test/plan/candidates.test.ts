import test from 'ava';
import type { RosterEntry } from '../../src/observe/manifest.ts';
import { type Candidate, candidatesOf, isCalled } from '../../src/plan/candidates.ts';
import { type Roster, rostersOf as heardFrom } from '../../src/plan/rosters.ts';
import { inventoryOf } from '../support/inventories.ts';
import { manifestOf } from '../support/manifests.ts';
import { entry } from '../support/plans.ts';
import { candidate, id, key, machine, placeOf, present, reading, shop } from '../support/readings.ts';

/** Rosters by host: { lb1: [entry('rs9')] }. */
const rostersOf = (rosters: Readonly<Record<string, readonly RosterEntry[]>>, inventory = shop): Roster[] =>
  heardFrom(
    inventory,
    [],
    Object.entries(rosters).map(([name, roster]) => reading(name, { manifest: manifestOf({ roster }) })),
  );

/** What may have left, in lines: `rs9 at rs9, by lb1 and rs1`. */
const told = (candidates: readonly Candidate[]): string[] =>
  candidates.map(({ label, entry: { ssh }, from }) => `${label} at ${ssh.host}, by ${from.join(' and ')}`);

const rows: readonly (readonly [
  title: string,
  rosters: Readonly<Record<string, readonly RosterEntry[]>>,
  expected: readonly string[],
])[] = [
  ['no rosters', {}, []],
  ['hosts of the inventory at their places', { lb1: [entry('rs1', { at: '10.0.0.11' })] }, []],
  ['a host of the inventory by an old name', { lb1: [entry('web1', { at: '10.0.0.11' })] }, []],
  ['a host that is not in the inventory', { lb1: [entry('rs9')] }, ['rs9 at rs9, by lb1']],
  [
    'a name of the inventory at another place',
    { lb1: [entry('rs1', { at: '10.0.0.99' })] },
    ['rs1@10.0.0.99 at 10.0.0.99, by lb1'],
  ],
  [
    'a place is looked at once, whoever names it',
    { lb1: [entry('rs9')], rs1: [entry('rs9')] },
    ['rs9 at rs9, by lb1 and rs1'],
  ],
  [
    'and whatever the rosters call it: a director’s name for it comes first',
    { rs1: [entry('db9', { at: '10.0.0.9' })], lb1: [entry('rs9', { at: '10.0.0.9' })] },
    ['rs9 at 10.0.0.9, by lb1 and rs1'],
  ],
  [
    'two hosts of one name at two places',
    { lb1: [entry('rs9', { at: '10.0.0.8' }), entry('rs9', { at: '10.0.0.9' })] },
    ['rs9 at 10.0.0.8, by lb1', 'rs9@10.0.0.9 at 10.0.0.9, by lb1'],
  ],
  [
    'a host that cannot be told from its place',
    { lb1: [entry('rs8', { at: 'nowhere' }), entry('rs9', { at: 'nowhere' })] },
    ['rs8 at nowhere, by lb1', 'rs9 at nowhere, by lb1'],
  ],
];

for (const [title, rosters, expected] of rows) {
  test(`candidates: ${title}`, (t) =>
    t.deepEqual(told(candidatesOf(rostersOf(rosters), present(), placeOf)), [...expected]));
}

test('candidates: two ports of one address are two places', (t) => {
  const at = (port: number): RosterEntry => ({ host: 'rs9', ssh: { host: '10.0.0.9', port, sudo: false } });
  t.deepEqual(
    candidatesOf(rostersOf({ lb1: [at(22), at(2222), at(2223)] }), present(), placeOf).map(
      ({ label }) => label,
    ),
    ['rs9', 'rs9@10.0.0.9', 'rs9@10.0.0.9:2223'],
  );
});

test('candidates: they are reached as hosts that only a roster names', (t) => {
  const [found] = candidatesOf(rostersOf({ lb1: [entry('rs9')] }), present(), placeOf);
  t.deepEqual(found?.target, { name: 'rs9', ssh: { host: 'rs9', sudo: false }, hinted: true });
});

const many = Array.from({ length: 40 }, (_, index) => entry(`x${index}`));

test('candidates: all that a director knows count, and of what a real server says the first 16', (t) => {
  const found = (from: string): number =>
    candidatesOf(rostersOf({ [from]: many }), present(), placeOf).length;
  t.is(found('lb1'), 40);
  t.is(found('rs1'), 16);
});

test('candidates: those that are known already come back, and once', (t) => {
  const rosters = rostersOf({ lb1: [entry('rs8'), entry('rs9')] });
  const known = candidate('rs9');
  const found = candidatesOf(rosters, present(), placeOf, [known]);
  t.deepEqual(told(found), ['rs9 at rs9, by lb1', 'rs8 at rs8, by lb1']);
  t.deepEqual(found[0], known);
});

test('candidates: a label that is taken is not given twice', (t) => {
  const rosters = rostersOf({ lb1: [entry('rs9', { at: '10.0.0.9' })] });
  t.deepEqual(
    candidatesOf(rosters, present([], shop), placeOf, [candidate('rs9')]).map(({ label }) => label),
    ['rs9', 'rs9@10.0.0.9'],
  );
});

const pair = inventoryOf(`name: shop
clusters:
  web:
    mode: dr
    vip: 10.0.0.100
    directors: { lb1: 10.0.0.2/24, lb2: 10.0.0.3 }
    real_servers: { rs1: 10.0.0.11, rs2: 10.0.0.12 }
    services: [{ port: 80 }]
`);
const machines: readonly (readonly [title: string, by: RosterEntry[], count: number])[] = [
  ['no roster knows its machine', [entry('rs9'), entry('rs9')], 0],
  ['one does', [entry('rs9', { machine: machine('a') }), entry('rs9')], 1],
  [
    'both know the same one',
    [entry('rs9', { machine: machine('a') }), entry('rs9', { machine: machine('a') })],
    1,
  ],
  [
    'they differ in the machine-id',
    [entry('rs9', { machine: machine('a') }), entry('rs9', { machine: machine('b') })],
    2,
  ],
  [
    'they differ in the host key',
    [entry('rs9', { machine: machine('a') }), entry('rs9', { machine: { ...id('a'), ...key('b') } })],
    2,
  ],
];

for (const [title, [first, second], count] of machines) {
  test(`candidates: machines of a place: ${title}`, (t) => {
    for (const [one, other] of [
      ['rs1', 'rs2'],
      ['lb1', 'lb2'],
    ] as const) {
      const rosters = rostersOf({ [one]: [first!], [other]: [second!] }, pair);
      const [found] = candidatesOf(rosters, present([], pair), placeOf);
      t.is(found?.machines.length, count);
    }
  });
}

test('candidates: where a director names a place, its word alone counts on the machine and on the way', (t) => {
  const said = entry('rs9', { machine: machine('b') });
  const forged = { ...said, ssh: { ...said.ssh, sudo: true } };
  for (const known of [[], candidatesOf(rostersOf({ rs1: [forged] }), present(), placeOf)]) {
    const rosters = rostersOf({ rs1: [forged], lb1: [entry('rs9')] });
    const [found] = candidatesOf(rosters, present(), placeOf, known);
    t.like(found, { trusted: true, machines: [], namedBy: ['lb1', 'rs1'], target: { ssh: { sudo: false } } });
  }
  t.like(candidatesOf(rostersOf({ rs1: [forged] }), present(), placeOf)[0], {
    trusted: false,
    machines: [machine('b')],
    namedBy: ['rs1'],
  });
});

test('a candidate is called by its name and by its label', (t) => {
  const one = { ...candidate('rs9'), label: 'rs9@10.0.0.9' };
  t.true(isCalled(one, 'rs9'));
  t.true(isCalled(one, 'rs9@10.0.0.9'));
  t.false(isCalled(one, 'rs'));
});
