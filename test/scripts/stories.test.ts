import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { leftOut, storiesOf } from './stories.ts';

const namesOf = (run: string): string[] => (storiesOf(run) ?? []).map(({ name }) => name);
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

test('the whole lab tells every story that there is, but the one that is the short form of two others', (t) => {
  const folder = fileURLToPath(new URL('../../../test/stories', import.meta.url));
  const there = readdirSync(folder).flatMap((file) => /^(.*)\.test\.ts$/.exec(file)?.[1] ?? []);
  t.deepEqual(sorted([...namesOf('full'), 'clusters']), there.toSorted());
});

test('five turns that follow one another tell all that the short run tells', (t) => {
  for (const first of [0, 3, 1207]) {
    const told = [0, 1, 2, 3, 4].flatMap((more) => namesOf(`turn ${first + more}`));
    t.deepEqual(sorted(told), sorted(namesOf('short')));
  }
});

test('a turn names what it leaves out', (t) => {
  const turn = storiesOf('turn 1')!;
  t.deepEqual(sorted([...leftOut(turn), ...namesOf('turn 1')]), sorted(namesOf('short')));
  t.deepEqual(leftOut(storiesOf('short')!), []);
});

test('a run is one of those that there are', (t) => {
  t.deepEqual(namesOf('dr'), ['dr']);
  t.is(storiesOf('turn x'), undefined);
  t.is(storiesOf('DR'), undefined);
});
