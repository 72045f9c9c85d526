import test from 'ava';
import type { RosterEntry } from '../../src/observe/manifest.ts';
import type { Candidate, Present } from '../../src/plan/candidates.ts';
import { judgeSilent, notesOf, type Verdict } from '../../src/plan/departed.ts';
import { gathered } from '../../src/plan/notes.ts';
import { formerDirectors } from '../../src/plan/former-directors.ts';
import { rostersOf, usualLogins } from '../../src/plan/rosters.ts';
import type { Reading } from '../../src/plan/see.ts';
import { manifestOf, service } from '../support/manifests.ts';
import { blocked, entry, failed, realServer, type Trait, unreachable } from '../support/plans.ts';
import { candidate, machine, met, present, reading, shop } from '../support/readings.ts';

const isNamed = (verdict: Verdict): string =>
  [verdict.is, ...notesOf(verdict).map(({ at }) => `(${at})`)].join(' ');

const lb1 = met('lb1', { place: '10.0.0.2:22', machine: machine('1') });
const rs1 = met('rs1', { place: '10.0.0.11:22', machine: machine('2') });
const proven = machine('2');

/** A place that only the roster of rs2 names. */
const rumoured = (name: string, more: Parameters<typeof candidate>[1] = {}): Candidate =>
  candidate(name, { from: ['rs2'], trusted: false, ...more });

/** One that did not answer, and what comes of it: the verdict, and the host at which it is noted. */
const heard: readonly (readonly [
  title: string,
  candidate: Candidate,
  failure: Trait,
  present: Present,
  verdict: string,
])[] = [
  ['nobody knows more', rumoured('rs9'), unreachable, present([lb1, rs1]), 'kept (rs2)'],
  ['it refused us', rumoured('rs9'), failed('refused'), present([lb1]), 'kept (rs2)'],
  ['its host key is not the known one', rumoured('rs9'), failed('host-key'), present([lb1]), 'kept (rs2)'],
  ['it could not be read', rumoured('rs9'), blocked, present([lb1]), 'kept (rs2)'],
  [
    'a host of the inventory is that machine, and has another name',
    rumoured('rs9', { machines: [proven] }),
    unreachable,
    present([lb1, rs1]),
    'kept (rs2)',
  ],
  [
    'a host of the inventory is that machine, and has this name',
    rumoured('rs1', { at: '10.0.0.99', machines: [proven] }),
    unreachable,
    present([lb1, rs1]),
    'done (rs2)',
  ],
  [
    'the machine is the one that says so',
    rumoured('rs1', { at: '10.0.0.99', machines: [proven], from: ['rs1'] }),
    unreachable,
    present([lb1, rs1]),
    'kept (rs1)',
  ],
  [
    'a host of the inventory has its name now',
    rumoured('rs1', { at: '10.0.0.99' }),
    unreachable,
    present([lb1]),
    'kept (rs2)',
  ],
  [
    'it was left behind when the host that names it was taken over',
    { ...rumoured('rs9'), entry: { ...entry('rs9'), of: 'old' } },
    unreachable,
    present([lb1]),
    'kept (rs2)',
  ],
];

test('hearsay is told as such, and several of one kind in one line', (t) => {
  const notes = ['rs7', 'rs8', 'rs9'].flatMap((name) =>
    notesOf(judgeSilent(rumoured(name), { is: 'unreachable', reason: 'x', why: 'host-key' }, present([lb1]))),
  );
  t.deepEqual(gathered(notes).get('rs2'), [
    'only the roster of rs2 names rs7 (rs7), rs8 (rs8), rs9 (rs9): each shows a host key that is not the known one, so it is left alone',
  ]);
});

for (const [title, one, trait, here, verdict] of heard) {
  test(`hearsay does not answer: ${title}: ${verdict}`, (t) => {
    const { state } = trait(realServer(one.label));
    t.true(state.is !== 'ready');
    if (state.is !== 'ready') t.is(isNamed(judgeSilent(one, state, here)), verdict);
  });
}

const read = (name: string, letter: string, roster: readonly RosterEntry[], serves = false): Reading =>
  reading(name, {
    manifest: manifestOf({ host: name, roster }, ...(serves ? [service({ rs1: 1 })] : [])),
    met: { machine: machine(letter) },
  });
const old = read('lb9', '9', []);
const names = (letter: string): RosterEntry[] => [entry('lb9', { at: '10.9.9.9', machine: machine(letter) })];

const asDirector = (letter: string): RosterEntry[] =>
  names(letter).map((each) => ({ ...each, directs: true }));

/** Hosts of ours that were read, and whether lb9, which has left, was a director by their word. */
const witnesses: readonly (readonly [title: string, readings: readonly Reading[], directed: boolean])[] = [
  ['nobody else was read', [old], false],
  [
    'two real servers name its machine',
    [old, read('rs1', '1', names('9')), read('rs2', '2', names('9'))],
    true,
  ],
  ['one real server names its machine', [old, read('rs1', '1', names('9'))], false],
  [
    'one real server names its machine twice',
    [old, read('rs1', '1', [...names('9'), ...asDirector('9')])],
    false,
  ],
  [
    'one real server names its machine, and so does a host that is in no inventory',
    [old, read('rs1', '1', names('9')), read('rs9', '8', names('9'))],
    false,
  ],
  ['a real server names another machine', [old, read('rs1', '1', names('8'))], false],
  [
    'a real server knows its host key under another machine-id',
    [old, read('rs1', '1', [entry('lb9', { machine: { ...machine('9'), id: '8'.repeat(32) } })])],
    false,
  ],
  ['it names itself', [read('lb9', '9', names('9'))], false],
  ['a director of the inventory names all hosts of its clusters', [old, read('lb1', '1', names('9'))], false],
  ['so does a former one, which has virtual services', [old, read('lb8', '1', names('9'), true)], false],
  [
    'so does one that held nothing, and has itself in its roster',
    [old, read('lb8', '1', [...names('9'), entry('lb8')])],
    false,
  ],
  ['a real server names only its place', [old, read('rs1', '1', [entry('lb9')])], false],
  [
    'a director of the inventory has its machine as a director',
    [old, read('lb1', '1', asDirector('9'))],
    true,
  ],
  [
    'so does a former director, by the word of two real servers',
    [
      old,
      read('lb8', '8', [entry('lb8'), ...asDirector('9')]),
      read('rs1', '1', names('8')),
      read('rs2', '2', names('8')),
    ],
    true,
  ],
  [
    'so does one that is a former director by its own word',
    [old, read('lb8', '8', [entry('lb8'), ...asDirector('9')])],
    false,
  ],
  ['a director has another machine as a director', [old, read('lb1', '1', asDirector('8'))], false],
  [
    'a director only heard of it',
    [
      old,
      read(
        'lb1',
        '1',
        asDirector('9').map((each) => ({ ...each, hearsay: true as const })),
      ),
    ],
    false,
  ],
];

for (const [title, readings, directed] of witnesses) {
  test(`a host that has left was ${directed ? 'a' : 'no'} director: ${title}`, (t) => {
    const lb9 = readings.find(({ target }) => target.name === 'lb9')!;
    t.is(formerDirectors(shop, readings)(lb9), directed);
  });
}

test('logins are usual that the inventory has, or a director’s roster; not those of a real server', (t) => {
  const ssh = (user: string): RosterEntry['ssh'] => ({ host: '10.9.9.9', user, sudo: true });
  const rosters = rostersOf(
    shop,
    [],
    [
      read('lb1', '1', [{ host: 'rs8', ssh: ssh('ops') }]),
      read('rs1', '2', [{ host: 'rs9', ssh: ssh('eve') }]),
    ],
  );
  const isUsual = usualLogins(shop, rosters);
  t.deepEqual(
    [ssh('ops'), ssh('eve'), { host: 'x', sudo: false }, { host: 'x', sudo: true }].map((each) =>
      isUsual({ host: 'x', ssh: each }),
    ),
    [true, false, true, false],
  );
});

test('of a real server’s roster each host of the inventory counts once, and the first of the others', (t) => {
  const roster = [
    ...Array.from({ length: 50 }, () => entry('lb1', { at: '10.0.0.2' })),
    ...Array.from({ length: 50 }, (_, at) => entry(`x${at}`)),
  ];
  const [lb, rs] = rostersOf(shop, [], [read('lb1', '1', roster), read('rs1', '2', roster)]);
  t.like(lb, { trusted: true, cut: 0, entries: { length: 100 } });
  t.like(rs, { trusted: false, cut: 34, entries: { length: 17 } });
});

test('whose word a place was counts where a director remembers it, and not where a real server says so', (t) => {
  const roster = [entry('rs9', { hearsay: true, by: machine('8') })];
  const found = rostersOf(shop, [], [read('lb1', '1', roster), read('rs1', '2', roster)]);
  const told = found.flatMap(({ of, trusted, entries }) =>
    entries.map(({ by }) => `${of} ${trusted} ${by === undefined ? 'nobody' : 'by'}`),
  );
  t.deepEqual(told, ['lb1 false by', 'rs1 false nobody']);
});

/** Real servers that say by which user lvsform went to a former director, whether lvsform goes there so, and by which. */
const words: readonly (readonly [title: string, users: readonly string[], user: string, isUsual: boolean])[] =
  [
    ['one says so', ['ops'], 'ops', false],
    ['two say so', ['ops', 'ops'], 'ops', true],
    ['two say so, and one says another', ['ops', 'ops', 'eve'], 'ops', true],
    ['the other one', ['ops', 'ops', 'eve'], 'eve', false],
    ['they differ', ['ops', 'ops', 'eve', 'eve'], 'ops', false],
  ];

for (const [title, users, user, usual] of words) {
  test(`a login that no host of the inventory has is ${usual ? 'used' : 'not used'}: ${title}`, (t) => {
    const lb9 = (by: string): RosterEntry => ({
      host: 'lb9',
      ssh: { host: '10.9.9.9', user: by, sudo: true },
    });
    const readings = users.map((by, at) => read(`rs${at}`, `${at}`, [lb9(by)]));
    t.is(usualLogins(shop, rostersOf(shop, [], readings))(lb9(user)), usual);
  });
}

test('one real server is one voice, however often it says so', (t) => {
  const lb9: RosterEntry = { host: 'lb9', ssh: { host: '10.9.9.9', user: 'eve', sudo: true } };
  t.false(usualLogins(shop, rostersOf(shop, [], [read('rs1', '1', [lb9, lb9, lb9])]))(lb9));
});

test('a real server that names two logins has one voice, and it is for neither', (t) => {
  const to = (user: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
    host: 'lb9',
    ssh: { host: '10.9.9.9', user, sudo: true },
    ...more,
  });
  const honest = [read('rs1', '1', [to('ops')]), read('rs2', '2', [to('ops')])];
  const liar = read('rs3', '3', [to('eve'), to('mallory', { hearsay: true })]);
  const isUsual = usualLogins(shop, rostersOf(shop, [], [...honest, liar]));
  t.deepEqual(
    ['ops', 'eve', 'mallory'].map((user) => isUsual(to(user))),
    [true, false, false],
  );
});
