import test from 'ava';
import fc from 'fast-check';
import type { Inventory } from '../../src/model/cluster.ts';
import { beyondShard, groupsOf, hostsIn, inShard, plannedShard, shardsOf } from '../../src/plan/shards.ts';
import { selectForPlan, UnusableSelection } from '../../src/plan/select.ts';
import { inventoryOf } from '../support/inventories.ts';
import { clustersText, type ClusterSketch, sketches } from '../support/shard-arbitrary.ts';

const cluster = (name: string, number: number, more: Partial<ClusterSketch> = {}): ClusterSketch => ({
  name,
  number,
  directors: [`lb-${name}`],
  servers: [`rs-${name}`],
  ...more,
});
const made = (...clusters: readonly ClusterSketch[]): Inventory => inventoryOf(clustersText(clusters));
const names = (inventory: Inventory): string[] =>
  groupsOf(inventory).map(({ clusters }) => clusters.map(({ name }) => name).join('+'));

/** What makes one group of two clusters, and what does not. */
const joined: readonly (readonly [title: string, clusters: readonly ClusterSketch[], groups: string])[] = [
  ['nothing that they share', [cluster('web', 1), cluster('api', 2)], 'api web'],
  [
    'a director',
    [cluster('web', 1, { directors: ['lb1'] }), cluster('api', 2, { directors: ['lb1'] })],
    'api+web',
  ],
  [
    'a real server',
    [cluster('web', 1, { servers: ['rs1'] }), cluster('api', 2, { servers: ['rs1', 'rs2'] })],
    'api+web',
  ],
  [
    'a chain of them',
    [
      cluster('web', 1, { servers: ['rs1'] }),
      cluster('db', 3, { servers: ['rs2'] }),
      cluster('api', 2, { servers: ['rs1', 'rs2'] }),
    ],
    'api+db+web',
  ],
  [
    'a real server that lvsform never changes joins nothing',
    [cluster('web', 1, { unmanaged: ['printer'] }), cluster('api', 2, { unmanaged: ['printer'] })],
    'api web',
  ],
  [
    'a host of one that has the time for the other',
    [cluster('web', 1), cluster('api', 2, { time: '10.0.1.1' })],
    'api+web',
  ],
  [
    'a public time server joins nothing',
    [cluster('web', 1, { time: 'ntp.example.net' }), cluster('api', 2, { time: 'ntp.example.net' })],
    'api web',
  ],
];

for (const [title, clusters, groups] of joined) {
  test(`one group: ${title}`, (t) => {
    t.is(names(made(...clusters)).join(' '), groups);
    t.is(names(made(...clusters.toReversed())).join(' '), groups, 'in another order');
  });
}

test('every cluster and every host is in exactly one shard, and a group is never divided', (t) => {
  fc.assert(
    fc.property(sketches, fc.integer({ min: 1, max: 12 }), (clusters, of) => {
      const inventory = made(...clusters);
      const shards = Array.from({ length: of }, (_, index) => ({ number: index + 1, of }));
      const parts = shards.map((shard) => inShard(inventory, shard));
      const all = parts.flatMap((part) => part.clusters.map(({ name }) => name));
      t.deepEqual(all.toSorted(), inventory.clusters.map(({ name }) => name).toSorted());
      const hosts = parts.flatMap((part) => [...hostsIn(part)]);
      t.deepEqual(hosts.toSorted(), inventory.hosts.map(({ name }) => name).toSorted());
      for (const [index, shard] of shards.entries()) {
        const beyond = beyondShard(inventory, shard);
        const own = hostsIn(parts[index]!);
        t.is(beyond.hosts.size, inventory.hosts.length - own.size);
        t.false([...own].some((name) => beyond.hosts.has(name)));
      }
    }),
  );
});

test('the order in the files decides nothing, and a new cluster moves no group that it does not join', (t) => {
  fc.assert(
    fc.property(sketches, fc.integer({ min: 1, max: 12 }), (clusters, of) => {
      const before = made(...clusters);
      t.deepEqual(
        plannedShard(before, { number: 1, of }),
        plannedShard(made(...clusters.toReversed()), { number: 1, of }),
      );
      const more = cluster('another', 99);
      const [old, now] = [shardsOf(before, of), shardsOf(made(...clusters, more), of)];
      for (const [name, number] of old) t.is(now.get(name), number);
    }),
  );
});

test('with one shard more, a group stays where it is or moves to the new shard', (t) => {
  const many = made(...Array.from({ length: 200 }, (_, index) => cluster(`c${index}`, index)));
  for (const of of [1, 2, 9, 50]) {
    const [old, now] = [shardsOf(many, of), shardsOf(many, of + 1)];
    const moved = [...old].filter(([name, number]) => now.get(name) !== number);
    t.true(moved.every(([name]) => now.get(name) === of + 1));
    t.true(moved.length > 0 && moved.length < (3 * 200) / (of + 1), `${moved.length} of 200`);
  }
});

test('shards are even, as far as names can make them so', (t) => {
  const many = made(...Array.from({ length: 400 }, (_, index) => cluster(`c${index}`, index)));
  const sizes = Array.from(
    { length: 10 },
    (_, index) => inShard(many, { number: index + 1, of: 10 }).clusters.length,
  );
  t.true(Math.max(...sizes) <= 60 && Math.min(...sizes) >= 20, sizes.join(' '));
});

test('the digest of a division tells other hosts, other numbers and another inventory', (t) => {
  const one = made(cluster('web', 1), cluster('api', 2));
  const { division } = plannedShard(one, { number: 1, of: 10 });
  t.is(plannedShard(one, { number: 7, of: 10 }).division, division);
  const others = [
    plannedShard(one, { number: 1, of: 11 }),
    plannedShard({ ...one, name: 'other' }, { number: 1, of: 10 }),
    plannedShard(made(cluster('web', 1)), { number: 1, of: 10 }),
    plannedShard(made(cluster('web', 1, { servers: ['rs9'] }), cluster('api', 2)), { number: 1, of: 10 }),
  ].map((each) => each.division);
  t.is(new Set([division, ...others]).size, 5);
});

test('--exclude goes with a shard, also for a host of another shard; a word that fits no host is refused', (t) => {
  const inventory = made(cluster('web', 1), cluster('api', 2));
  const shards = [1, 2, 3, 4, 5].map((number) => ({ number, of: 5 }));
  const chosen = shards.map((shard) => [
    ...selectForPlan(inventory, { limit: [], exclude: ['lb-web'], shard }).names,
  ]);
  t.deepEqual(chosen.flat().toSorted(), ['lb-api', 'rs-api', 'rs-web']);
  t.true(
    chosen.some((names_) => names_.length === 0),
    'some shard is empty, which is no mistake',
  );
  t.throws(() => selectForPlan(inventory, { limit: [], exclude: ['lb-wbe'], shard: shards[0]! }), {
    instanceOf: UnusableSelection,
    message: /no host fits lb-wbe/,
  });
});
