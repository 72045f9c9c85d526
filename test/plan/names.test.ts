import test from 'ava';
import type { RosterEntry } from '../../src/observe/manifest.ts';
import { gathered, type Note, renameNotes } from '../../src/plan/names.ts';
import type { Reading } from '../../src/plan/see.ts';
import { manifestOf } from '../support/manifests.ts';
import { entry } from '../support/plans.ts';
import { machine, placeOf, present, reading } from '../support/readings.ts';

const told = (notes: readonly Note[]): string[] => notes.map(({ at, note }) => `${at}: ${note}`);

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
    ['rs2: it carries a copy of what rs1 knows of lvsform: it is a clone of rs1'],
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
    ['rs1: web1 is now called rs1'],
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
    const all = new Map(readings.map(({ target }) => [target.name, rosters[target.name] ?? []] as const));
    const found = renameNotes(readings, all, present(readings.map(({ met }) => met)), placeOf);
    t.deepEqual(told(found), [...notes]);
  });
}

test('names: a host of another owner is none of our business', (t) => {
  t.deepEqual(renameNotes([calls('rs1', 'web1', '2')], new Map(), present(), placeOf), []);
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
