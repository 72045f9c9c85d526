import test from 'ava';
import { counted, failedFiles, flaky, type Run } from './outcome.ts';

const line = (mark: '✔' | '✘', title: string): string =>
  mark === '✔' ? `  ✔ ${title} (1.2s)\n` : `  ✘ [fail]: ${title} Error thrown in test\n`;
const failed = (count: number): string =>
  count === 0 ? '' : `  ${count} test${count > 1 ? 's' : ''} failed\n`;
const runOf = (lines: readonly (readonly ['✔' | '✘', string])[], more: Partial<Run> = {}): Run => {
  const failures = lines.filter(([mark]) => mark === '✘').length;
  return {
    code: failures > 0 ? 1 : 0,
    output: lines.map(([mark, title]) => line(mark, title)).join('') + failed(failures),
    ...more,
  };
};

const first = runOf([
  ['✔', 'nat › NAT: a'],
  ['✔', 'dr › DR: a'],
  ['✘', 'dr › DR: b'],
  ['✘', 'dr › DR: c'],
]);

test('a run is counted by its lines', (t) => {
  t.like(counted(first), { passed: 2, failed: 2, skipped: 0 });
  t.is(counted({ code: 1, output: line('✔', 'a') }).failed, 1, 'one that ended badly has failed');
  t.deepEqual(counted(runOf([['✔', 'a']])), { passed: 1, failed: 0, skipped: 0, notes: [] });
});

test('the files in which tests failed are run again, and no others', (t) => {
  t.deepEqual(failedFiles(first), ['**/dr.test.ts']);
  t.deepEqual(failedFiles(runOf([['✘', 'DR: b']], { only: 'test/stories/dr.test.ts' })), [
    'test/stories/dr.test.ts',
  ]);
  t.deepEqual(failedFiles(runOf([['✔', 'nat › NAT: a']])), []);
  t.deepEqual(
    failedFiles({ ...first, output: `${first.output}  1 uncaught exception\n` }),
    [],
    'whose is it?',
  );
});

test('a file that passes when it is run again is flaky, and counts once', (t) => {
  const all = ['DR: a', 'DR: b', 'DR: c'].map((title) => ['✔', title] as const);
  const { passed, failed: left, notes } = flaky(first, runOf(all, { only: '**/dr.test.ts' }));
  t.deepEqual([passed, left], [4, 0]);
  t.regex(notes[0]!, /^FLAKY: \*\*\/dr\.test\.ts/);
  t.regex(notes.join('\n'), /DR: b/);
});

test('what fails twice has failed', (t) => {
  const again = runOf(
    [
      ['✔', 'DR: a'],
      ['✘', 'DR: b'],
    ],
    { only: '**/dr.test.ts' },
  );
  const { failed: left, notes } = flaky(first, again);
  t.is(left, 1);
  t.notRegex(notes.join('\n'), /FLAKY/);
});

test('of two files that failed, the one that passes when it is run again is flaky, and the run has failed', (t) => {
  const both = runOf([
    ['✘', 'nat › NAT: a'],
    ['✘', 'dr › DR: b'],
  ]);
  const {
    failed: left,
    passed,
    notes,
  } = flaky(
    both,
    runOf([
      ['✔', 'nat › NAT: a'],
      ['✘', 'dr › DR: b'],
    ]),
  );
  t.deepEqual([passed, left], [1, 1]);
  t.deepEqual(notes.filter((note) => note.startsWith('FLAKY')).length, 1);
  t.regex(notes[0]!, /nat\.test\.ts/);
});
