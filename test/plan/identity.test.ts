import test from 'ava';
import { cloneNotes, isOneMachine, type Met, twinsOf } from '../../src/plan/identity.ts';
import { id, key, machine, met } from '../support/readings.ts';

const running = { running: 'boot 1', addresses: ['10.0.0.7'] };
const a = machine('a');

/** Two ways, and whether they led to one running machine. */
const rows: readonly (readonly [title: string, one: Partial<Met>, other: Partial<Met>, same: boolean])[] = [
  ['two machines', {}, {}, false],
  ['one address and port', { place: '10.0.0.7:22' }, { place: '10.0.0.7:22' }, true],
  [
    'another port: another machine, as far as that tells',
    { place: '10.0.0.7:22' },
    { place: '10.0.0.7:2222' },
    false,
  ],
  ['ways that do not tell where they lead', { place: undefined }, { place: undefined }, false],
  ['the same by every sign, over two ways', { machine: a, ...running }, { machine: a, ...running }, true],
  [
    'one machine-id, another boot: a clone',
    { machine: a, ...running },
    { machine: a, ...running, running: 'boot 2' },
    false,
  ],
  [
    'one machine-id, other addresses: a clone',
    { machine: a, ...running },
    { machine: a, ...running, addresses: ['10.0.0.8'] },
    false,
  ],
  [
    'one host key where there is no machine-id',
    { machine: key('a'), ...running },
    { machine: key('a'), ...running },
    true,
  ],
  [
    'one host key and two machine-ids',
    { machine: { ...id('a'), ...key('k') }, ...running },
    { machine: { ...id('b'), ...key('k') }, ...running },
    false,
  ],
  [
    'nothing that tells them apart, or shows them to be one',
    { machine: {}, ...running },
    { machine: {}, ...running },
    false,
  ],
];

for (const [title, one, other, same] of rows) {
  test(`${same ? 'one machine' : 'not one machine'}: ${title}`, (t) => {
    const [first, second] = [met('rs1', one), met('rs2', other)];
    t.is(isOneMachine(first, second), same);
    t.is(isOneMachine(second, first), same);
    const pairs = new Set(twinsOf([first, met('rs0'), second]).map((pair) => pair.toSorted().join(' ')));
    t.deepEqual([...pairs], same ? ['rs1 rs2'] : []);
  });
}

test('three names of one machine are told in pairs', (t) => {
  const all = ['rs1', 'rs2', 'rs3'].map((name) => met(name, { place: '10.0.0.7:22' }));
  t.deepEqual(
    twinsOf(all)
      .map((pair) => pair.toSorted().join(' '))
      .toSorted(),
    ['rs1 rs2', 'rs1 rs3', 'rs2 rs3'],
  );
});

const clones: readonly (readonly [
  title: string,
  met: readonly Met[],
  notes: Readonly<Record<string, string>>,
])[] = [
  ['machines of their own', [met('rs1'), met('rs2')], {}],
  [
    'one place and two machine-ids: that is no clone',
    [met('rs1', { place: '10.0.0.7:22' }), met('rs2', { place: '10.0.0.7:22' })],
    {},
  ],
  [
    'one machine-id',
    [met('rs1', { machine: id('a') }), met('rs2', { machine: id('a') })],
    {
      rs1: `rs1, rs2 have one machine-id ${'a'.repeat(32)}: they are clones, and lvsform treats them as different machines`,
    },
  ],
  [
    'one host key, and no machine-id',
    [met('rs1', { machine: key('a') }), met('rs2', { machine: key('a') }), met('rs3', { machine: key('a') })],
    {
      rs1: `rs1, rs2, rs3 have one host key SHA256:${'a'.repeat(43)}: they are clones, and lvsform treats them as different machines`,
    },
  ],
  [
    'one host key, and machine-ids of their own',
    [
      met('rs1', { machine: { ...id('a'), ...key('k') } }),
      met('rs2', { machine: { ...id('b'), ...key('k') } }),
    ],
    {},
  ],
];

for (const [title, all, notes] of clones) {
  test(`clones: ${title}`, (t) => t.deepEqual(Object.fromEntries(cloneNotes(all)), notes));
}
