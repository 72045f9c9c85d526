import test from 'ava';
import type { Manifest } from '../../src/observe/manifest.ts';
import type { Judged } from '../../src/plan/assemble.ts';
import type { Candidate } from '../../src/plan/candidates.ts';
import type { Verdict } from '../../src/plan/departed.ts';
import { rosterOfLeft } from '../../src/plan/roster-of-left.ts';
import { manifestOf, service } from '../support/manifests.ts';
import { left, realServer } from '../support/plans.ts';
import { candidate, machine, met, reading, shop } from '../support/readings.ts';

type Trait = Parameters<typeof candidate>[1];

/** A place that a roster names, and what came of it; `manifest` where it answered. */
const place = (name: string, verdict: Verdict['is'], more: Trait = {}, manifest?: Manifest): Judged => {
  const named: Candidate = candidate(name, more);
  const seen =
    manifest === undefined
      ? { target: named.target, failure: { is: 'blocked' as const, reasons: [] } }
      : reading(name, { manifest, met: { machine: machine('9') } });
  return { candidate: named, seen, verdict: { is: verdict, note: { at: 'x', note: '' } } };
};
const rumour = (name: string, from: readonly string[]): Judged =>
  place(name, 'kept', { trusted: false, from });
const served = manifestOf({ host: 'lb9' }, service({ rs9: 1 }));
const doubted = manifestOf({ host: 'doubted' }, service({ rs9: 1 }));
const former = place('lb9', 'leaver', { from: ['lb1'] }, served);
/** A place that only a host that leaves names. */
const named = (by: string, from: readonly string[]): Judged => {
  const one = rumour('rs9', from);
  return { ...one, candidate: { ...one.candidate, namedBy: [by] } };
};

/** What the roster of a host has of places: those that stay, `?` for hearsay, and those that part in parentheses. */
const rosters: readonly (readonly [
  title: string,
  host: 'lb1' | 'rs1',
  is: 'new' | 'old',
  judged: readonly Judged[],
  roster: string,
])[] = [
  ['what it named, and a director', 'lb1', 'old', [place('rs9', 'out of reach')], 'rs9'],
  ['what is done is forgotten', 'lb1', 'old', [place('rs9', 'done')], ''],
  ['one that leaves stays until it is cleaned up', 'lb1', 'old', [former], '(lb9)'],
  ['what others named is theirs', 'rs1', 'old', [place('rs9', 'out of reach')], ''],
  ['a real server’s hearsay is its own', 'rs1', 'old', [rumour('rs9', ['rs1'])], 'rs9'],
  ['no director learns it', 'lb1', 'old', [rumour('rs9', ['rs1'])], ''],
  [
    'a director’s hearsay stays hearsay, whoever else says so',
    'lb1',
    'old',
    [rumour('rs9', ['rs1', 'lb1'])],
    'rs9?',
  ],
  [
    'what a former director’s word is, and only a real server remembers, the director inherits',
    'lb1',
    'old',
    [place('rs9', 'out of reach', { from: ['rs1'] })],
    'rs9',
  ],
  [
    'not where another director remembers it',
    'lb1',
    'old',
    [place('rs9', 'out of reach', { from: ['rs1', 'lb1'] }), place('rs8', 'out of reach', { from: ['lb1'] })],
    'rs9 rs8',
  ],
  [
    'a director that is new learns what its real servers know',
    'lb1',
    'new',
    [rumour('lb8', ['rs1'])],
    'lb8?',
  ],
  [
    'once one has answered, and is not ours, nobody learns it',
    'lb1',
    'new',
    [place('rs9', 'kept', { trusted: false, from: ['rs1'] }, served)],
    '',
  ],
  [
    'no more than one real server may name, and first what most of them name',
    'lb1',
    'new',
    [...Array.from({ length: 40 }, (_, at) => rumour(`ghost${at}`, ['rs1'])), rumour('lb8', ['rs1', 'rs2'])],
    `lb8?by ${Array.from({ length: 15 }, (_, at) => `ghost${at}?`).join(' ')}`,
  ],
  [
    'what only a former director names that goes now, with whose word it was',
    'lb1',
    'old',
    [former, named('lb9', ['lb1'])],
    'rs9?by (lb9)',
  ],
  [
    'the same of one that is doubted, and that a new director has heard of',
    'lb1',
    'old',
    [place('lb9', 'leaver', { from: ['lb1'], by: machine('2') }, doubted), named('lb9', ['lb1'])],
    'rs9?by (lb9)',
  ],
  [
    'not of one that is doubted, and that nobody has heard of',
    'lb1',
    'old',
    [place('lb9', 'leaver', { from: ['lb1'] }, doubted), named('lb9', ['lb1'])],
    '(lb9)',
  ],
  [
    'not what a real server names that goes now',
    'lb1',
    'old',
    [place('rs8', 'leaver', { from: ['lb1'] }, manifestOf({ host: 'rs8' })), named('rs8', ['lb1'])],
    'rs8',
  ],
];

for (const [title, host, is, judged, expected] of rosters) {
  test(`a roster of hosts that have left: ${title}`, (t) => {
    const gone = [realServer('lb9', left)];
    const { staying, parting } = rosterOfLeft(host, judged, gone, {
      inventory: shop,
      isNew: is === 'new',
      isDoubted: ({ observation: { manifest } }) => manifest?.host === 'doubted',
      met: [met('rs2')],
    });
    const words = [
      ...staying.map(
        ({ host: name, hearsay, by }) =>
          `${name}${hearsay === true ? '?' : ''}${by === undefined ? '' : 'by'}`,
      ),
      ...parting.map((each) => `(${each.host})`),
    ];
    t.is(words.join(' '), expected);
  });
}
