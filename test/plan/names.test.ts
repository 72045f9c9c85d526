import test from 'ava';
import type { RosterEntry } from '../../src/observe/manifest.ts';
import { renameNotes } from '../../src/plan/names.ts';
import { gathered, type Note } from '../../src/plan/notes.ts';
import { rostersOf } from '../../src/plan/rosters.ts';
import type { Reading } from '../../src/plan/see.ts';
import { manifestOf } from '../support/manifests.ts';
import { entry } from '../support/plans.ts';
import { machine, placeOf, present, reading, shop } from '../support/readings.ts';

const told = (notes: readonly Note[]): string[] =>
  [...gathered(notes)].flatMap(([at, lines]) => lines.map((line) => `${at}: ${line}`));

/** A host that was read, with what its manifest calls it. */
const calls = (name: string, was: string, letter = name, on = letter): Reading =>
  reading(name, {
    manifest: manifestOf({ host: was, machine: machine(on) }),
    met: { machine: machine(letter) },
  });

/** Hosts that were read, what rosters say, and what is said of that. */
const rows: readonly (readonly [
  title: string,
  readings: readonly Reading[],
  rosters: Readonly<Record<string, readonly RosterEntry[]>>,
  notes: readonly string[],
])[] = [
  ['nothing has changed', [calls('lb1', 'lb1', '1'), calls('rs1', 'rs1', '2')], {}, []],
  ['a host of no inventory yet', [reading('rs1')], {}, []],
  ['a host has a new name', [calls('rs1', 'web1', '2')], {}, ['rs1: web1 is now called rs1']],
  [
    'two names were swapped',
    [calls('rs1', 'rs2', '1'), calls('rs2', 'rs1', '2')],
    {},
    ['rs1: rs2 is now called rs1', 'rs2: rs1 is now called rs2'],
  ],
  [
    'a clone carries the manifest of its original',
    [calls('rs1', 'rs1', '1'), calls('rs2', 'rs1', '2', '1')],
    {},
    ['rs2: it has a copy of the manifest of rs1: it is a clone of rs1'],
  ],
  [
    'the manifest was written on another machine',
    [calls('rs1', 'rs1', '2', '1')],
    {},
    [`rs1: its manifest was written on another machine (machine-id ${'1'.repeat(32)})`],
  ],
  [
    'a roster knows a host by its old name',
    [calls('lb1', 'lb1', '1'), reading('rs1')],
    { lb1: [entry('web1', { at: '10.0.0.11' })] },
    ['rs1: web1 is now called rs1, by the roster of lb1'],
  ],
  [
    'a roster of a director has very many names for a host',
    [calls('lb1', 'lb1', '1'), reading('rs1')],
    { lb1: Array.from({ length: 9 }, (_, at) => entry(`web${at}`, { at: '10.0.0.11' })) },
    ['rs1: web0, web1, web2, web3, web4 and 4 more are now called rs1, by the roster of lb1'],
  ],
  [
    'a real server has another name for a host',
    [calls('rs2', 'rs2', '1'), reading('lb1')],
    { rs2: [entry('evil', { at: '10.0.0.2' })] },
    ['rs2: only the roster of rs2 has other names: evil for lb1'],
  ],
  [
    'real servers have another machine for a host',
    [calls('rs1', 'rs1', '1'), calls('rs2', 'rs2', '3'), reading('lb1', { met: { machine: machine('2') } })],
    {
      rs1: [entry('lb1', { at: '10.0.0.2', machine: machine('9') })],
      rs2: [entry('lb1', { at: '10.0.0.2', machine: machine('9') })],
    },
    [`rs1: only the roster of rs1, rs2 has other machines: lb1 (machine-id ${'9'.repeat(32)})`],
  ],
  [
    'what its manifest and two rosters say is said once',
    [calls('lb1', 'lb1', '1'), calls('rs1', 'web1', '2'), calls('rs2', 'rs2', '3')],
    { lb1: [entry('web1', { at: '10.0.0.11' })], rs2: [entry('web1', { at: '10.0.0.11' })] },
    ['rs1: web1 is now called rs1'],
  ],
  [
    'a machine was set up anew under its old name',
    [calls('lb1', 'lb1', '1'), reading('rs1', { met: { machine: machine('2') } })],
    { lb1: [entry('rs1', { at: '10.0.0.11', machine: machine('9') })] },
    [`rs1: it is another machine than before, by the roster of lb1 (machine-id ${'9'.repeat(32)})`],
  ],
  [
    'a roster that knows the same machine has nothing to say',
    [calls('lb1', 'lb1', '1'), reading('rs1', { met: { machine: machine('2') } })],
    { lb1: [entry('rs1', { at: '10.0.0.11', machine: machine('2') })] },
    [],
  ],
  [
    'a place where no host of the inventory is says nothing of names',
    [calls('lb1', 'lb1', '1')],
    { lb1: [entry('rs9'), entry('rs8', { at: 'nowhere' })] },
    [],
  ],
];

for (const [title, readings, rosters, notes] of rows) {
  test(`names: ${title}`, (t) => {
    const all = readings.map((each) => ({
      ...each,
      observation: {
        ...each.observation,
        manifest: manifestOf({
          ...each.observation.manifest,
          owner: 'shop',
          roster: rosters[each.target.name] ?? [],
        }),
      },
    }));
    const ours = rostersOf(
      shop,
      [],
      all.filter((_, index) => readings[index]!.observation.manifest),
    );
    const found = renameNotes(readings, ours, present(readings.map(({ met }) => met)), placeOf);
    t.deepEqual(told(found), [...notes]);
  });
}

test('names: a host of another owner is none of our business', (t) => {
  t.deepEqual(renameNotes([calls('rs1', 'web1', '2')], [], present(), placeOf), []);
});

test('notes are gathered by host, each once', (t) => {
  const notes = [
    { at: 'rs1', note: 'a' },
    { at: 'lb1', note: 'a' },
    { at: 'rs1', note: 'b' },
    { at: 'rs1', note: 'a' },
  ];
  t.deepEqual(
    [...gathered(notes)],
    [
      ['rs1', ['a', 'b']],
      ['lb1', ['a']],
    ],
  );
});
