import test from 'ava';
import { drainingTogether } from '../../src/plan/draining.ts';
import { handOverId } from '../../src/plan/hand-over.ts';
import { orderHosts } from '../../src/plan/order.ts';
import { type HostPlan, isReady } from '../../src/plan/plan.ts';
import { change, prepares } from '../support/changes.ts';
import {
  adds,
  changes,
  director,
  drops,
  givesUp,
  holds,
  of,
  realServer,
  stopsSendingTo,
  takes,
  unreachable,
  writes,
} from '../support/plans.ts';
import { orderText, rehearse } from '../support/rehearsal.ts';

const handsOver = changes(change(handOverId, 'change', prepares('handOver')));
const drains = stopsSendingTo('rs1');

/** Which directors drain together, and why others do not. */
const rows: readonly (readonly [title: string, hosts: readonly HostPlan[], together: readonly string[]])[] = [
  ['two directors of one cluster', [director('lb1', drains), director('lb2', drains)], ['lb1', 'lb2']],
  ['one director has no other to wait with', [director('lb1', drains), director('lb2', writes())], []],
  [
    'directors of two clusters wait at the same time anyway',
    [director('lb1', drains), director('lb2', of('api'), drains)],
    [],
  ],
  ['one that cannot be reached drains nothing', [director('lb1', drains), director('lb2', unreachable)], []],
  [
    'a VIP that moves has an order of its own',
    [director('lb1', drains, givesUp()), director('lb2', drains, takes())],
    [],
  ],
  [
    'a VIP that is new moves nowhere',
    [director('lb1', drains, takes('10.0.0.9')), director('lb2', drains)],
    ['lb1', 'lb2'],
  ],
  [
    'VIPs are handed over before a change: the director that gets them must be done with its own',
    [director('lb1', drains, handsOver), director('lb2', drains)],
    [],
  ],
];

for (const [title, hosts, together] of rows)
  test(`drain together: ${title}`, (t) => {
    const found = drainingTogether(hosts).filter((host) => isReady(host) && host.state.drainsFirst === true);
    t.deepEqual(
      found.map(({ host }) => host),
      [...together],
    );
  });

const pair = [
  director('lb1', holds('10.0.0.100'), drains),
  director('lb2', drains),
  realServer('rs1', drops()),
];

test('the order: all set weight 0 first, the holder last; then each removes; then the real server', (t) => {
  t.deepEqual(orderText(orderHosts(drainingTogether(pair))), [
    'lb2 prepare',
    'lb1 prepare needs lb2 prepare',
    'lb2 retire needs lb2 prepare after lb1 prepare',
    'lb1 retire needs lb1 prepare and lb2 prepare and lb2 retire',
    'rs1 needs lb1 prepare and lb1 retire and lb2 prepare and lb2 retire',
  ]);
});

test('a director without drains comes between the two parts of the others', (t) => {
  const three = [
    director('lb1', drains),
    director('lb2', writes()),
    director('lb3', drains),
    realServer('rs1', adds()),
  ];
  const ids = orderHosts(drainingTogether(three)).map(({ id }) => id);
  t.deepEqual(ids, ['rs1', 'lb1 prepare', 'lb2', 'lb3 prepare', 'lb1 retire', 'lb3 retire']);
});

/** Which transactions are done if one of them fails. */
const failures: readonly (readonly [failing: string, done: readonly string[]])[] = [
  ['lb2 prepare', []],
  // The first director is done as a whole, as if it had not waited for the other.
  ['lb1 prepare', ['lb2 prepare', 'lb2 retire']],
  ['lb2 retire', ['lb2 prepare', 'lb1 prepare']],
  ['lb1 retire', ['lb2 prepare', 'lb1 prepare', 'lb2 retire']],
];

for (const [failing, done] of failures)
  test(`${failing} fails: the real server stays, and what is done is ${done.join(', ') || 'nothing'}`, (t) => {
    const ended = rehearse(orderHosts(drainingTogether(pair)), ({ id }) => id === failing);
    t.deepEqual(
      ended.filter(({ ending }) => ending === 'done').map(({ transaction }) => transaction.id),
      [...done],
    );
  });
