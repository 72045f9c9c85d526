import test from 'ava';
import type { Judged } from '../../src/plan/assemble.ts';
import type { Candidate } from '../../src/plan/candidates.ts';
import { inTurn, lookInTurn, notLookedAt } from '../../src/plan/rounds.ts';
import { manifestOf } from '../support/manifests.ts';
import { candidate, reading } from '../support/readings.ts';

const places = (count: number): Candidate[] => Array.from({ length: count }, (_, at) => candidate(`rs${at}`));
const start = Date.UTC(2026, 0, 1);
/** Plans that are made every so many seconds. */
const every = (seconds: number, count: number): Date[] =>
  Array.from({ length: count }, (_, at) => new Date(start + at * seconds * 1000));

/** Looks where nobody answers, but for those named. */
const looking =
  (looked: string[], ...answering: readonly string[]) =>
  (one: Candidate): Promise<Judged> => {
    looked.push(one.label);
    const silent = notLookedAt(one);
    const seen = answering.includes(one.label)
      ? reading(one.label, { manifest: manifestOf({}) })
      : silent.seen;
    return Promise.resolve({ ...silent, seen });
  };

test('a few places are looked at all, in their order', async (t) => {
  const looked: string[] = [];
  const found = await lookInTurn(places(48), new Date(start + 1000), looking(looked));
  t.is(found.length, 48);
  t.deepEqual(
    looked,
    places(48).map(({ label }) => label),
  );
});

test('of many silent places some are looked at, and one note tells how many were left out', async (t) => {
  const looked: string[] = [];
  const found = await lookInTurn(places(500), new Date(start), looking(looked));
  t.is(found.length, 500);
  t.is(looked.length, 48);
  const notes = found.flatMap(({ verdict }) => ('note' in verdict && verdict.note ? [verdict.note] : []));
  t.is(notes.length, 1);
  t.regex(notes[0]!.note, /^452 more places/);
});

test('places that answer hold nobody up', async (t) => {
  const looked: string[] = [];
  const all = places(500);
  await lookInTurn(all, new Date(start), looking(looked, ...all.map(({ label }) => label)));
  t.is(looked.length, 500);
});

test('a plan of one time looks at the same places', (t) => {
  t.deepEqual(inTurn(places(500), new Date(start)), inTurn(places(500), new Date(start)));
});

for (const [often, seconds] of [
  ['second', 1],
  ['minute', 60],
  ['five minutes', 300],
  ['hour', 3600],
  ['day', 86_400],
  ['week', 604_800],
] as const) {
  test(`however many are silent, plans that are made each ${often} come round to each place`, (t) => {
    for (const count of [49, 96, 480, 4800]) {
      const all = Array.from({ length: count }, (_, at) => at);
      const turns = every(seconds, 6 * Math.ceil(count / 48) + 12);
      const tried = new Set(turns.flatMap((now) => inTurn(all, now).slice(0, 48)));
      t.is(tried.size, count);
    }
  });
}
