import fc from 'fast-check';
import test, { type ExecutionContext } from 'ava';
import { workDigest, workLines } from '../../bench/work.ts';
import { hasChanges, type Plan } from '../../src/plan/plan.ts';
import { readPlan, writePlan } from '../../src/plan/file.ts';
import { shardsOf } from '../../src/plan/shards.ts';
import { inventoryOf } from '../support/inventories.ts';
import { clustersText, type ClusterSketch, hostNames, sketches } from '../support/shard-arbitrary.ts';
import { outcomes, world, type World } from '../support/world.ts';

type Clusters = readonly ClusterSketch[];

/** Hosts for several versions of an inventory, and the texts of these. */
async function worldOf(
  t: ExecutionContext,
  ...versions: readonly Clusters[]
): Promise<{ w: World; texts: string[] }> {
  const names = hostNames(versions.flat());
  const machines: ClusterSketch = {
    name: 'machines',
    number: 1,
    directors: names.slice(0, 1),
    servers: names.slice(1),
  };
  const w = await world(t, inventoryOf(clustersText([machines], names)));
  return { w, texts: versions.map((each) => clustersText(each, names)) };
}

async function shardPlans(
  w: World,
  text: string,
  of: number,
  more: { destroy?: boolean } = {},
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (let number = 1; number <= of; number += 1) {
    const selection = { limit: [], exclude: [], shard: { number, of } };
    plans.push(await w.plan(text, { selection, ...more }));
  }
  return plans;
}

/** Applies plans as they are saved, and expects each host to be changed or ok. */
async function applied(t: ExecutionContext, w: World, plans: readonly Plan[]): Promise<void> {
  for (const plan of plans) {
    const saved = writePlan(plan);
    t.is(writePlan(readPlan(saved)), saved);
    const results = await w.apply(readPlan(saved));
    t.deepEqual(
      results.filter(({ outcome }) => outcome !== 'changed' && outcome !== 'ok'),
      [],
    );
  }
}

const zoo: ClusterSketch = { name: 'zoo', number: 60, directors: ['lb-zoo'], servers: ['rs-zoo'] };

/** What may happen to an inventory between two plans. */
const changes: fc.Arbitrary<(clusters: Clusters) => Clusters> = fc.constantFrom(
  (clusters: Clusters) =>
    clusters.map((each) => ({ ...each, servers: [`new-${each.name}`, ...each.servers.slice(1)] })),
  (clusters: Clusters) =>
    clusters.map((each, at) => (at === 0 ? { ...each, servers: [...each.servers, 'more'] } : each)),
  (clusters: Clusters) => [...clusters, zoo],
);

test('the plans of all shards do together what one plan does', async (t) => {
  await fc.assert(
    fc.asyncProperty(sketches, changes, fc.integer({ min: 2, max: 4 }), async (clusters, change, of) => {
      const { w, texts } = await worldOf(t, clusters, change(clusters));
      for (const text of texts) {
        const parts = await shardPlans(w, text, of);
        const whole = [await w.plan(text)];
        t.deepEqual(workLines(parts), workLines(whole));
        t.is(workDigest(parts).digest, workDigest(whole).digest);
        await applied(t, w, parts);
        const after = await w.plan(text);
        t.false(hasChanges(after), w.text(after));
      }
      const [, text = ''] = texts;
      const parts = await shardPlans(w, text, of, { destroy: true });
      t.deepEqual(workLines(parts), workLines([await w.plan(text, { destroy: true })]));
    }),
    { numRuns: 4 },
  );
});

const web: ClusterSketch = { name: 'web', number: 1, directors: ['lb-web'], servers: ['rs-web', 'rs2'] };
const api: ClusterSketch = { name: 'api', number: 2, directors: ['lb-api'], servers: ['rs-api'] };
const mail: ClusterSketch = { name: 'mail', number: 3, directors: ['lb-mail'], servers: ['rs-mail'] };
/** Of so many shards, each of these clusters is alone in one. */
const of = 8;
const numbers = shardsOf(inventoryOf(clustersText([web, api, mail])), of);
const planOf = (w: World, text: string, { name }: ClusterSketch): Promise<Plan> =>
  w.plan(text, { selection: { limit: [], exclude: [], shard: { number: numbers.get(name)!, of } } });
const hosts = ({ hosts: all }: Plan): string =>
  all
    .map(({ host }) => host)
    .toSorted()
    .join(' ');

test('the clusters of these tests are in shards of their own', (t) => {
  t.is(new Set(numbers.values()).size, 3);
});

test('a real server that leaves is cleaned up by the shard of its cluster, and no other shard says a word of it', async (t) => {
  const { w, texts } = await worldOf(t, [web, api], [{ ...web, servers: ['rs-web'] }, api]);
  const [first = '', next = ''] = texts;
  await applied(t, w, [await w.plan(first)]);
  const other = await planOf(w, next, api);
  t.false(hasChanges(other));
  t.notRegex(w.text(other), /rs2|web/);
  const own = await planOf(w, next, web);
  t.is(hosts(own), 'lb-web rs-web rs2');
  t.true(own.hosts.some(({ host, departed }) => host === 'rs2' && departed));
  await applied(t, w, [own]);
  t.false(hasChanges(await w.plan(next)));
});

test('a director that is replaced in one shard is no matter of the shards beside it', async (t) => {
  const { w, texts } = await worldOf(t, [web, api, mail], [{ ...web, directors: ['lb9'] }, api, mail]);
  const [first = '', next = ''] = texts;
  await applied(t, w, [await w.plan(first)]);
  for (const each of [api, mail]) {
    const other = await planOf(w, next, each);
    t.is(hosts(other), `lb-${each.name} rs-${each.name}`);
    t.deepEqual(other.dangers, []);
    t.notRegex(w.text(other), /lb-web:|rs-web|without --shard|unreachable/);
    await applied(t, w, [other]);
  }
  await applied(t, w, [await planOf(w, next, web)]);
  // The directors beside it still know the former one, until a plan of all has seen that nothing is left of it.
  await applied(t, w, [await w.plan(next)]);
  t.false(hasChanges(await w.plan(next)));
});

test('a cluster that leaves as a whole is in no shard: the shards beside it say so, and a plan of all cleans it up', async (t) => {
  const { w, texts } = await worldOf(t, [web, api, mail], [api, mail]);
  const [first = '', next = ''] = texts;
  await applied(t, w, await shardPlans(w, first, of));
  const parts = await shardPlans(w, next, of);
  t.true(parts.every((plan) => plan.hosts.every(({ departed }) => !departed)));
  t.regex(
    parts.map((plan) => w.text(plan)).join(''),
    /lb-web was a director of the cluster web, which is no longer in the inventory: to clean it up, plan without --shard/,
  );
  await applied(t, w, parts);
  await applied(t, w, [await w.plan(next)]);
  t.is(await w.sim.shell('rs-web', 'ls var/lib/lvsform 2>/dev/null || true'), '');
});

test('a real server that moves to a cluster of another shard keeps what its old director may use', async (t) => {
  const { w, texts } = await worldOf(
    t,
    [web, api],
    [
      { ...web, servers: ['rs-web'] },
      { ...api, servers: ['rs-api', 'rs2'] },
    ],
  );
  const [first = '', next = ''] = texts;
  await applied(t, w, [await w.plan(first)]);
  const plan = await planOf(w, next, api);
  const results = await w.apply(plan);
  t.deepEqual(
    outcomes(results),
    { 'lb-api': 'changed', 'rs-api': 'changed', rs2: 'in-part' },
    JSON.stringify(results),
  );
  t.regex(JSON.stringify(results), /lb-web/);
  const old = await planOf(w, next, web);
  t.is(hosts(old), 'lb-web rs-web');
  await applied(t, w, [old]);
  await applied(t, w, [await w.plan(next)]);
  t.false(hasChanges(await w.plan(next)));
});

test('a host that left two clusters of two shards waits for a plan of all', async (t) => {
  const shared = 'lb-both';
  const { w, texts } = await worldOf(
    t,
    [
      { ...web, directors: [shared] },
      { ...api, directors: [shared] },
    ],
    [web, api],
  );
  const [first = '', next = ''] = texts;
  await applied(t, w, [await w.plan(first)]);
  for (const each of [web, api]) {
    const plan = await planOf(w, next, each);
    t.is(hosts(plan), each.directors.concat(each.servers).join(' '));
    t.regex(
      w.text(plan),
      /lb-both \(10\.0\.1\.1\): it was in the cluster (web|api), which is in another shard: to clean it up, plan without --shard/,
    );
  }
  await applied(t, w, [await w.plan(next)]);
  t.false(hasChanges(await w.plan(next)));
});

test('an empty shard has nothing to do, and its saved plan can be applied', async (t) => {
  const { w, texts } = await worldOf(t, [web]);
  const empty = (numbers.get('web')! % of) + 1;
  const plan = await w.plan(texts[0], {
    selection: { limit: [], exclude: [], shard: { number: empty, of } },
  });
  t.is(w.text(plan), `Shard ${empty}/${of} has no hosts. There is nothing to do.\n`);
  await applied(t, w, [plan]);
});
