import test from 'ava';
import { closingLine, counted, summed } from './outcome.ts';
import type { Run } from './ava.ts';

const line = (mark: '✔' | '✘', title: string): string =>
  mark === '✔' ? `  ✔ ${title} (1.2s)\n` : `  ✘ [fail]: ${title} Error thrown in test\n`;
const failed = (count: number): string =>
  count === 0 ? '' : `  ${count} test${count > 1 ? 's' : ''} failed\n`;
const runOf = (...lines: readonly (readonly ['✔' | '✘', string])[]): Run => {
  const failures = lines.filter(([mark]) => mark === '✘').length;
  return {
    code: failures > 0 ? 1 : 0,
    output: lines.map(([mark, title]) => line(mark, title)).join('') + failed(failures),
  };
};

const broken = runOf(['✔', 'DR: a'], ['✘', 'DR: b'], ['✘', 'DR: c not tried, since this failed: b']);
const well = runOf(['✔', 'DR: a'], ['✔', 'DR: b'], ['✔', 'DR: c']);

test('a run is counted by its lines', (t) => {
  t.like(counted(broken), { passed: 1, failed: 2, skipped: 0 });
  t.is(counted(broken).failures.length, 1, 'what was not tried is no failure of its own');
  t.deepEqual(counted(well), { passed: 3, failed: 0, skipped: 0, failures: [] });
});

test('a run that ended badly has failed, whatever its lines say', (t) => {
  t.is(counted({ code: 1, output: line('✔', 'a') }).failed, 1);
  t.is(counted({ code: 1, output: '  1 uncaught exception\n' }).failed, 1);
});

test('a story that passes when it is told again is flaky, and counts once', (t) => {
  const sum = summed([
    { story: 'nat', first: counted(well) },
    { story: 'dr', first: counted(broken), second: counted(well) },
  ]);
  t.is(closingLine(sum), '6 passed, 0 failed');
  t.regex(sum.notes[0]!, /^FLAKY: dr /);
  t.regex(sum.notes.join('\n'), /DR: b/);
});

test('a story that fails twice has failed', (t) => {
  const sum = summed([{ story: 'dr', first: counted(broken), second: counted(broken) }]);
  t.is(closingLine(sum), '1 passed, 2 failed');
  t.regex(sum.notes[0]!, /^FAILED: dr/);
});

test('a story that fails and is not told again has failed', (t) => {
  const sum = summed([
    { story: 'nat', first: counted(well) },
    { story: 'dr', first: counted(broken) },
  ]);
  t.is(closingLine(sum), '4 passed, 2 failed');
  t.deepEqual(
    sum.notes.filter((note) => note.startsWith('FLAKY')),
    [],
  );
});

test('tests that were skipped are named', (t) => {
  t.is(
    closingLine(counted({ code: 0, output: `${line('✔', 'a')}  2 tests skipped\n` })),
    '1 passed, 0 failed, 2 skipped',
  );
});
