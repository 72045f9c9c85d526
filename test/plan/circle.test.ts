import fc from 'fast-check';
import test from 'ava';
import { inBatches } from '../../src/plan/batches.ts';
import { circleIn, refuseCircles } from '../../src/plan/circle.ts';
import { drainingTogether } from '../../src/plan/draining.ts';
import { orderHosts } from '../../src/plan/order.ts';
import type { Transaction } from '../../src/plan/plan.ts';
import { takingApart } from '../../src/plan/taking.ts';
import { clusterHosts } from '../support/plan-arbitrary.ts';
import { moving } from '../support/vip-arbitrary.ts';

const plain = clusterHosts.map(({ hosts, absent }) => ({
  hosts,
  transactions: orderHosts(drainingTogether(hosts), absent),
}));
const plans = moving.map(({ hosts, holders }) => ({
  hosts,
  transactions: orderHosts(drainingTogether(takingApart(hosts)), [], holders),
}));

test('no transactions wait for one another, with batches or without', (t) => {
  const sizes = fc.constantFrom([], ['1'], ['1', '50%']);
  fc.assert(
    fc.property(fc.oneof(plans, plain), sizes, ({ hosts, transactions }, batches) => {
      const isSender = (name: string): boolean => hosts.some(({ host, sends }) => host === name && sends);
      return circleIn(inBatches(transactions, isSender, batches)) === undefined;
    }),
    { numRuns: 600 },
  );
  t.pass();
});

test('transactions that wait for one another are found, and those that only wait for them are not named', (t) => {
  const edge = (transaction: string): { transaction: string; requires: boolean } => ({
    transaction,
    requires: true,
  });
  const transaction = (id: string, ...after: string[]): Transaction => ({
    id,
    host: id,
    stages: ['prepare'],
    after: after.map(edge),
  });
  const found = circleIn([
    transaction('rs1'),
    transaction('lb9', 'lb1'),
    transaction('lb1', 'lb2', 'rs1'),
    transaction('lb2', 'lb1'),
  ]);
  t.deepEqual(found?.map(({ id }) => id).toSorted(), ['lb1', 'lb2']);
  t.throws(() => refuseCircles([transaction('lb1', 'lb2'), transaction('lb2', 'lb1')]), {
    message: 'this plan would never end, since these wait for one another: lb1, lb2',
  });
});
