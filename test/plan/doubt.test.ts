import test from 'ava';
import type { RosterEntry } from '../../src/observe/manifest.ts';
import { doubter } from '../../src/plan/doubt.ts';
import type { Reading } from '../../src/plan/see.ts';
import { manifestOf, service } from '../support/manifests.ts';
import { entry } from '../support/plans.ts';
import { machine, reading, shop } from '../support/readings.ts';

/** A host that was read: `serves` where it has virtual services by its own manifest. */
const has = (name: string, serves: boolean, ...roster: readonly RosterEntry[]): Reading =>
  reading(name, {
    manifest: manifestOf({ host: name, roster }, ...(serves ? [service({ rs2: 1 })] : [])),
    met: { machine: machine(name.slice(-1)) },
  });
const known = (name: string, directs = false): RosterEntry =>
  entry(name, { machine: machine(name.slice(-1)), ...(directs ? { directs: true } : {}) });

const lb1 = has('lb1', true, known('lb1', true), known('rs3'), known('rs2'));
/** The one that had the cluster before lb1, which is blank. */
const lb9 = has('lb9', true, known('lb9', true), known('rs3'), known('rs2'));
const told = has('lb9', true, known('lb9'), known('rs3'), known('rs2'));
const blank = reading('lb1');
const claimer = has('rs3', true, known('lb9', true));
const witness = (name: string, of = 'rs2'): Reading => has(of, false, known(name, true));
/** Two real servers that name lb9. */
const both = [witness('lb9'), witness('lb9', 'rs1')];

/** Whether rs3 is doubted, which calls itself a director. */
const claims: readonly (readonly [title: string, readings: readonly Reading[], doubted: boolean])[] = [
  ['its director goes on, and real servers name that one', [lb1, witness('lb1'), claimer], true],
  ['real servers name it', [lb1, witness('rs3'), claimer], false],
  ['nobody else was read', [lb1, claimer], false],
  [
    'the cluster moves, and its former director has it as a real server',
    [blank, lb9, ...both, claimer],
    true,
  ],
  [
    'the same, but real servers name it',
    [blank, lb9, ...both, has('rs4', false, known('rs3', true)), claimer],
    false,
  ],
  [
    'the same, of a former director that tells no directors from real servers',
    [blank, told, ...both, claimer],
    false,
  ],
  ['the same, of one that nobody else knows as a director', [blank, lb9, witness('lb8'), claimer], false],
  [
    'the same, of one that one real server alone knows as a director',
    [blank, lb9, witness('lb9'), claimer],
    false,
  ],
  ['the cluster moves, and its former director is away', [blank, witness('lb9'), claimer], false],
];

for (const [title, readings, doubted] of claims) {
  test(`a host that calls itself a director is ${doubted ? 'doubted' : 'believed'}: ${title}`, (t) => {
    t.is(doubter(shop, readings)(claimer), doubted);
  });
}

test('the director that had a cluster before is believed, whatever it is called now', (t) => {
  t.false(doubter(shop, [blank, lb9, ...both, claimer])(lb9));
});
