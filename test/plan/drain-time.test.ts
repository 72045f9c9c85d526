import test from 'ava';
import { longestDrain } from '../../src/plan/drain-time.ts';
import type { HostPlan, Transaction } from '../../src/plan/plan.ts';
import { run } from '../../src/resources/orders.ts';
import { change } from '../support/changes.ts';
import { changes, director, realServer, type Trait } from '../support/plans.ts';

/** Real servers that leave a director: the seconds that each of them is given. */
const drains = (...seconds: readonly number[]): Trait =>
  changes(
    change(
      'virtual-service:-t 10.0.0.100:80',
      'change',
      ...seconds.map((waits) => ({
        ...run({ stage: 'retire', of: 'drained' }, 'drain', [['drained']]),
        waits,
      })),
    ),
  );

const transaction = (
  host: string,
  after: readonly string[],
  more: Partial<Transaction> = {},
): Transaction => ({
  id: host,
  host,
  stages: ['prepare', 'retire'],
  after: after.map((each) => ({ transaction: each, requires: true })),
  ...more,
});

const rows: [string, Trait[], Transaction[], number][] = [
  ['nothing is drained', [], [transaction('h1', [])], 0],
  ['what one host drains is one wait', [drains(60, 5, 30)], [transaction('h1', [])], 60],
  [
    'hosts that wait for one another drain one after another',
    [drains(60), drains(30)],
    [transaction('h1', []), transaction('h2', ['h1'])],
    90,
  ],
  [
    'hosts that do not wait for one another drain at the same time',
    [drains(60), drains(30)],
    [transaction('h1', []), transaction('h2', [])],
    60,
  ],
  [
    'a batch begins when the one before it has ended',
    [drains(60), drains(30)],
    [
      transaction('h1', [], { batch: { number: 0, of: 2 } }),
      transaction('h2', [], { batch: { number: 1, of: 2 } }),
    ],
    90,
  ],
  [
    'a stage that is not carried out waits for nothing',
    [drains(60)],
    [transaction('h1', [], { stages: ['prepare'] })],
    0,
  ],
];

for (const [title, traits, transactions, expected] of rows)
  test(title, (t) => {
    const hosts = transactions.map(({ host }, index) =>
      (index === 0 ? director : realServer)(host, ...traits.slice(index, index + 1)),
    );
    t.is(longestDrain({ hosts, transactions }), expected);
  });

/** A real server that leaves a director; its time began when the director was prepared. */
const drainsSince = (seconds: number): Trait =>
  changes(
    change('virtual-service:-t 10.0.0.100:80', 'change', {
      ...run({ stage: 'retire', of: 'drained' }, 'drain', [['drained']]),
      waits: seconds,
      waitsFrom: 'prepare',
    }),
  );
const part = (host: string, stage: 'prepare' | 'retire', after: readonly string[]): Transaction =>
  transaction(host, after, { id: `${host} ${stage}`, stages: [stage] });
const prepared = [part('lb1', 'prepare', []), part('lb2', 'prepare', ['lb1 prepare'])];
const retired = [
  part('lb1', 'retire', ['lb1 prepare', 'lb2 prepare']),
  part('lb2', 'retire', ['lb2 prepare', 'lb1 retire']),
];
const since: [string, HostPlan[], Transaction[], number][] = [
  [
    'a wait that began with an earlier part is over while another director waits',
    [director('lb1', drainsSince(60)), director('lb2', drainsSince(60))],
    [...prepared, ...retired],
    60,
  ],
  [
    'the last one waits for what is left of its time',
    [director('lb1', drainsSince(20)), director('lb2', drainsSince(60))],
    [...prepared, ...retired],
    60,
  ],
  [
    'what begins with the part itself is waited for in full',
    [director('lb1', drainsSince(20)), director('lb2', drainsSince(60), drains(60))],
    [...prepared, ...retired],
    80,
  ],
  [
    'a part that itself comes late begins its time late',
    [director('lb1', drains(20)), director('lb2', drainsSince(60))],
    [transaction('lb1', []), part('lb2', 'prepare', ['lb1']), part('lb2', 'retire', ['lb2 prepare', 'lb1'])],
    80,
  ],
  [
    'in one transaction the time begins with it',
    [director('lb1', drainsSince(20)), director('lb2', drainsSince(60))],
    [transaction('lb1', []), transaction('lb2', ['lb1'])],
    80,
  ],
];

for (const [title, hosts, transactions, expected] of since)
  test(title, (t) => t.is(longestDrain({ hosts, transactions }), expected));
