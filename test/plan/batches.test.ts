import fc from 'fast-check';
import test from 'ava';
import { countOf, earlierBatches, inBatches, isSize, mostFailures } from '../../src/plan/batches.ts';
import { orderHosts } from '../../src/plan/order.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import { clusterHosts } from '../support/plan-arbitrary.ts';
import { adds, director, drops, givesUp, realServer, sendsTo, takes } from '../support/plans.ts';
import { rehearse } from '../support/rehearsal.ts';

const sizes: readonly (readonly [text: string, valid: boolean])[] = [
  ['1', true],
  ['25', true],
  ['1%', true],
  ['100%', true],
  ['0', false],
  ['0%', false],
  ['101%', false],
  ['-1', false],
  ['1.5', false],
  ['01', false],
  ['', false],
  ['%', false],
  ['ten', false],
  ['10 %', false],
];

for (const [text, valid] of sizes) {
  test(`a size of a batch: ${text || 'an empty word'} is ${valid ? 'one' : 'none'}`, (t) =>
    t.is(isSize(text), valid));
}

const counts: readonly (readonly [size: string, all: number, count: number])[] = [
  ['3', 10, 3],
  ['3', 2, 3],
  ['25%', 8, 2],
  ['25%', 11, 2],
  ['100%', 7, 7],
  ['29%', 100, 29],
  // A batch has at least one host, or it would never end.
  ['1%', 5, 1],
];

for (const [size, all, count] of counts) {
  test(`a batch of ${size} of ${all} real servers is ${count}`, (t) => t.is(countOf(size, all), count));
}

/** --max-failures: how many hosts may fail before nothing more is begun. */
const bounds: readonly (readonly [size: string, all: number, most: number])[] = [
  ['0', 10, 0],
  ['2', 10, 2],
  ['10%', 20, 2],
  ['34%', 6, 2],
  // One host of five is more than a tenth of them.
  ['10%', 5, 0],
];

for (const [size, all, most] of bounds) {
  test(`--max-failures ${size} of ${all} hosts lets ${most} fail`, (t) =>
    t.is(mostFailures(size, all), most));
}

const servers = (count: number) =>
  Array.from({ length: count }, (_, index) => realServer(`rs${index + 1}`, adds()));

/** Real servers by batches, directors last. */
const batches: readonly (readonly [
  title: string,
  count: number,
  sizes: readonly string[],
  expected: readonly string[],
])[] = [
  ['no sizes: all at once', 3, [], []],
  ['one first, then the others by two', 5, ['1', '2'], ['rs1', 'rs2 rs3', 'rs4 rs5']],
  ['the last size is that of all that follow', 6, ['1', '2', '1'], ['rs1', 'rs2 rs3', 'rs4', 'rs5', 'rs6']],
  ['a share is one of all of them', 8, ['1', '25%'], ['rs1', 'rs2 rs3', 'rs4 rs5', 'rs6 rs7', 'rs8']],
  ['the last batch may be smaller', 3, ['2'], ['rs1 rs2', 'rs3']],
  ['a size above their number is all of them', 2, ['9'], ['rs1 rs2']],
];

for (const [title, count, of, expected] of batches) {
  test(`batches: ${title}`, (t) => {
    const order = orderHosts([director('lb1', sendsTo('rs1')), ...servers(count)]);
    const planned = inBatches(order, (host) => host === 'lb1', of);
    const groups = new Map<number, string[]>();
    for (const { host, batch } of planned) {
      if (batch !== undefined) groups.set(batch.number, [...(groups.get(batch.number) ?? []), host]);
      t.true(batch === undefined || batch.of === expected.length);
    }
    t.deepEqual([...groups.keys()], [...expected.keys()]);
    t.deepEqual(
      [...groups.values()].map((hosts) => hosts.join(' ')),
      [...expected],
    );
    t.deepEqual(
      planned.map(({ id, host, stages, after }) => ({ id, host, stages, after })),
      order,
      'nothing but the batch is added',
    );
  });
}

test('batches: the parts of one host are of one batch, and a director is of none', (t) => {
  const moves = [adds('10.0.0.2'), drops('10.0.0.1')];
  const order = orderHosts([
    director('lb1', sendsTo('rs1', 'rs2'), takes('10.0.0.2'), givesUp('10.0.0.1')),
    realServer('rs1', ...moves),
    realServer('rs2', ...moves),
  ]);
  t.deepEqual(
    inBatches(order, (host) => host === 'lb1', ['1']).map(({ id, batch }) => [id, batch?.number]),
    [
      ['rs1 prepare', 0],
      ['rs2 prepare', 1],
      ['lb1', undefined],
      ['rs1 retire', 0],
      ['rs2 retire', 1],
    ],
  );
});

/** Hosts with work of several kinds, one a batch: each waits for all batches before it on its side. */
const sides: readonly (readonly [title: string, hosts: readonly HostPlan[], waits: readonly string[]])[] = [
  [
    'those that are made ready, whether something of theirs goes later or not',
    [realServer('rs1', adds(), drops()), realServer('rs2', adds()), realServer('rs3', adds(), drops())],
    [
      'rs1 prepare',
      'rs2: rs1 prepare',
      'rs3 prepare: rs1 prepare, rs2',
      'rs1 retire',
      'rs3 retire: rs1 retire',
    ],
  ],
  [
    'those of which something goes, whether they were made ready or not',
    [realServer('rs1', drops()), realServer('rs2', adds(), drops())],
    ['rs2 prepare', 'rs1: rs2 retire', 'rs2 retire'],
  ],
];

for (const [title, hosts, waits] of sides) {
  test(`batches: ${title}`, (t) => {
    const order = orderHosts([director('lb1', takes()), ...hosts]);
    const planned = inBatches(order, (host) => host === 'lb1', ['1']);
    const told = planned.map((each) => {
      const earlier = earlierBatches(planned, each).map(({ id }) => id);
      return earlier.length === 0 ? each.id : `${each.id}: ${earlier.join(', ')}`;
    });
    t.deepEqual(
      told.filter((line) => line !== 'lb1'),
      [...waits],
    );
  });
}

test('batches: waiting for the batches before and for one another is never a circle', (t) => {
  const batchSizes = fc.constantFrom(['1'], ['2'], ['1', '50%']);
  const property = fc.property(clusterHosts, batchSizes, ({ hosts, absent }, of) => {
    const senders = new Set(hosts.filter(({ sends }) => sends).map(({ host }) => host));
    const planned = inBatches(orderHosts(hosts, absent), (host) => senders.has(host), of);
    const all = planned.map((each) => {
      const earlier = earlierBatches(planned, each).map(({ id }) => ({ transaction: id, requires: false }));
      return { ...each, after: [...each.after, ...earlier] };
    });
    return rehearse(all, () => false).length === planned.length;
  });
  fc.assert(property, { numRuns: 500 });
  t.pass();
});
