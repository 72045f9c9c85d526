import test from 'ava';
import { eventJson } from '../../src/report/json.ts';
import type { Event, HostResult } from '../../src/plan/events.ts';
import { summaryText } from '../../src/report/apply-text.ts';
import { exit, exitStatusOf } from '../../src/report/exit-statuses.ts';
import { mergedRuns, placeText } from '../../src/report/merge.ts';
import { plain } from '../../src/report/style.ts';

const shard = (number: number, division = 'aa'): { number: number; of: number; division: string } => ({
  number,
  of: 2,
  division,
});
const begin = (hosts: string, more: Partial<Extract<Event, { type: 'begin' }>> = {}): Event => ({
  type: 'begin',
  inventory: 'shop',
  destroy: false,
  hosts: hosts.split(' ').filter(Boolean),
  ...more,
});
const ended = (host: string, outcome: HostResult['outcome']): Event => ({
  type: 'transaction-end',
  transaction: host,
  host,
  outcome,
});
const end = (...results: readonly HostResult[]): Event => ({ type: 'summary', results });
const is = (host: string, outcome: HostResult['outcome'], message?: string): HostResult => ({
  host,
  outcome,
  ...(message === undefined ? {} : { message }),
});
/** The lines of a run, as --json writes them. */
const run = (plan: string, ...events: readonly Event[]): string =>
  events.map((event) => `${JSON.stringify(eventJson(event, plan))}\n`).join('');

const one = run(
  'p1',
  begin('lb1 rs1', { shard: shard(1) }),
  ended('lb1', 'changed'),
  end(is('lb1', 'changed'), is('rs1', 'ok')),
);
const two = run(
  'p2',
  begin('lb2 rs2', { shard: shard(2) }),
  ended('lb2', 'changed'),
  end(is('lb2', 'changed'), is('rs2', 'ok')),
);

/** What comes out of files a, b, ...: the exit status, each host's outcome, and what is wrong, with its place. */
const cases: readonly (readonly [
  title: string,
  files: readonly string[],
  status: number,
  hosts: string,
  troubles: readonly string[],
])[] = [
  ['two shards', [one, two], exit.done, 'lb1 changed, rs1 ok, lb2 changed, rs2 ok', []],
  ['both in one file', [one + two], exit.done, 'lb1 changed, rs1 ok, lb2 changed, rs2 ok', []],
  [
    'lines that are mixed, as of runs that write to one pipe',
    [
      one
        .split('\n')
        .flatMap((text, at) => [text, two.split('\n')[at]])
        .join('\n'),
    ],
    exit.done,
    'lb1 changed, rs1 ok, lb2 changed, rs2 ok',
    [],
  ],
  [
    'an empty shard has nothing to do',
    [one, run('p2', begin('', { shard: shard(2) }), end())],
    exit.done,
    'lb1 changed, rs1 ok',
    [],
  ],
  [
    'the exit status is that of one run with all these hosts',
    [
      one,
      run(
        'p2',
        begin('lb2 rs2', { shard: shard(2) }),
        end(is('lb2', 'rolled-back', 'no'), is('rs2', 'unreachable')),
      ),
    ],
    exit.rolledBack,
    'lb1 changed, rs1 ok, lb2 rolled-back, rs2 unreachable',
    [],
  ],
  [
    'a run that was stopped by a signal',
    [
      one,
      run('p2', begin('lb2', { shard: shard(2) }), {
        type: 'summary',
        results: [is('lb2', 'skipped')],
        stoppedBy: 'SIGTERM',
      }),
    ],
    exit.terminated,
    'lb1 changed, rs1 ok, lb2 skipped',
    [],
  ],
  [
    'a run that was killed: what it did is not known, and what failed is',
    [
      one,
      run('p2', begin('lb2 rs2 rs3', { shard: shard(2) }), ended('rs2', 'changed'), ended('rs3', 'locked')),
    ],
    exit.failed,
    'lb1 changed, rs1 ok, lb2 unknown, rs2 unknown, rs3 locked',
    ['b:3 the run of plan p2, from line 1, has no end: it was killed, or its output is cut off'],
  ],
  [
    'a line that is cut off',
    [one, two.slice(0, -30)],
    exit.failed,
    'lb1 changed, rs1 ok, lb2 unknown, rs2 unknown',
    [
      'b:3 this line is not JSON: it is cut off, or no output of lvsform --json',
      'b:3 the run of plan p2, from line 1, has no end: it was killed, or its output is cut off',
    ],
  ],
  [
    'a run whose beginning is lost',
    [one, two.slice(two.indexOf('\n') + 1)],
    exit.failed,
    'lb1 changed, rs1 ok, lb2 changed, rs2 ok',
    ['b:1 the run of plan p2 has no beginning here', 'a:1 of the shards of this run, these have no run: 2/2'],
  ],
  [
    'an empty file',
    [one, two, ' \n'],
    exit.failed,
    'lb1 changed, rs1 ok, lb2 changed, rs2 ok',
    ['c:1 it is empty: no run has written here'],
  ],
  ['no file has a run', [''], exit.failed, '', ['a:1 it is empty: no run has written here']],
  [
    'a line that is none of ours',
    [one, `${two}Killed\n`],
    exit.failed,
    'lb1 changed, rs1 ok, lb2 changed, rs2 ok',
    ['b:4 this line is not JSON: it is cut off, or no output of lvsform --json'],
  ],
  [
    'JSON that is none of ours, or no event of an apply',
    [one, `${two}[1]\n{"a":1}\n{"version":1,"type":"locks","locks":[]}\n`],
    exit.failed,
    'lb1 changed, rs1 ok, lb2 changed, rs2 ok',
    [
      'b:4 this is no event of lvsform',
      'b:5 this is no event of lvsform',
      "b:6 this is no event of an apply: type: Invalid discriminator value. Expected 'begin' | 'observing' | 'observed' | 'transaction' | 'transaction-end' | 'summary' | 'error'",
    ],
  ],
  [
    'a saved plan in the place of its events',
    [one, '{"version":7,"id":"x","transactions":[]}'],
    exit.failed,
    'lb1 changed, rs1 ok',
    [
      'b:1 this is a plan, and not the events of its apply',
      'a:1 of the shards of this run, these have no run: 2/2',
    ],
  ],
  [
    'events of another version',
    [one, two.replaceAll('"version":1', '"version":2')],
    exit.failed,
    'lb1 changed, rs1 ok',
    [
      ...[1, 2, 3].map((line) => `b:${line} this event has version 2, and this lvsform reads version 1`),
      'a:1 of the shards of this run, these have no run: 2/2',
    ],
  ],
  [
    'a run that was refused',
    [one, '{"version":1,"type":"error","bug":false,"message":"no","status":1}\n'],
    exit.failed,
    'lb1 changed, rs1 ok',
    ['b:1 lvsform ended with an error: no', 'a:1 of the shards of this run, these have no run: 2/2'],
  ],
  [
    'a host in two runs is not done for certain',
    [one, two.replaceAll('lb2', 'lb1')],
    exit.failed,
    'lb1 unknown, rs1 ok, rs2 ok',
    ['b:3 lb1 is in two runs: see a:3'],
  ],
  [
    'the same file twice, of which one run failed',
    [
      run('p1', begin('lb1'), end(is('lb1', 'changed'))),
      run('p1', begin('lb1'), end(is('lb1', 'failed', 'no'))),
    ],
    exit.failed,
    'lb1 failed',
    ['b:2 lb1 is in two runs: see a:2'],
  ],
  [
    'a shard that nobody ran',
    [one],
    exit.failed,
    'lb1 changed, rs1 ok',
    ['a:1 of the shards of this run, these have no run: 2/2'],
  ],
  [
    'shards of another division: the inventory has changed in between',
    [one, two.replaceAll('"aa"', '"bb"')],
    exit.failed,
    'lb1 changed, rs1 ok, lb2 unknown, rs2 unknown',
    ['b:1 the inventory had other hosts when this run was planned than for the run of a:1'],
  ],
  [
    'shards of another number',
    [one, run('p2', begin('lb2', { shard: { ...shard(2), of: 3 } }), end(is('lb2', 'changed')))],
    exit.failed,
    'lb1 changed, rs1 ok, lb2 unknown',
    ['b:1 this run is shard 2/3, and the run of a:1 is shard 1/2'],
  ],
  [
    'a run of another inventory; what failed there stays failed',
    [
      run('p1', begin('lb1'), end(is('lb1', 'changed'))),
      run('p2', begin('lb2 lb3', { inventory: 'other' }), end(is('lb2', 'changed'), is('lb3', 'locked'))),
    ],
    exit.failed,
    'lb1 changed, lb2 unknown, lb3 locked',
    ['b:1 this run is of the inventory other, and the run of a:1 of shop'],
  ],
  [
    'an apply and a destroy',
    [
      run('p1', begin('lb1'), end(is('lb1', 'changed'))),
      run('p2', begin('lb2', { destroy: true }), end(is('lb2', 'changed'))),
    ],
    exit.failed,
    'lb1 changed, lb2 unknown',
    ['b:1 this run is a destroy, and the run of a:1 is an apply'],
  ],
  [
    'an end that leaves a host out',
    [run('p1', begin('lb1 rs1'), end(is('lb1', 'changed')))],
    exit.failed,
    'lb1 changed, rs1 unknown',
    [],
  ],
];

for (const [title, files, status, hosts, troubles] of cases) {
  test(`a summary of runs: ${title}`, (t) => {
    const merged = mergedRuns(files.map((text, at) => ({ name: 'abc'[at]!, text })));
    t.deepEqual(
      merged.troubles.map((each) => `${placeText(each)} ${each.message}`),
      troubles,
    );
    t.is(merged.results.map(({ host, outcome }) => `${host} ${outcome}`).join(', '), hosts);
    t.is(merged.status, status);
  });
}

test('a summary of two runs has the words and counts of one run with the same hosts', (t) => {
  const merged = mergedRuns([
    { name: 'a', text: one },
    { name: 'b', text: two },
  ]);
  const together = [is('lb1', 'changed'), is('rs1', 'ok'), is('lb2', 'changed'), is('rs2', 'ok')];
  t.is(summaryText(merged.results, plain), summaryText(together, plain));
  t.regex(summaryText(merged.results, plain), /Summary: 2 changed, 2 ok\n/);
  t.is(merged.status, exitStatusOf(together.map(({ outcome }) => outcome)));
});

test('wherever a stream is cut off, it is told, and no more hosts count as done', (t) => {
  const whole = mergedRuns([{ name: 'a', text: one + two }]);
  t.is(whole.status, exit.done);
  for (let length = 0; length < one.length + two.length - 1; length += 1) {
    const cut = mergedRuns([{ name: 'a', text: (one + two).slice(0, length) }]);
    t.is(cut.status, exit.failed, String(length));
    t.true(cut.troubles.length > 0, String(length));
  }
});
