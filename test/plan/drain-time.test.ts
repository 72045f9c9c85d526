import test from 'ava';
import { longestDrain } from '../../src/plan/drain-time.ts';
import type { Transaction } from '../../src/plan/plan.ts';
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
