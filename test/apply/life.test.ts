import test from 'ava';
import pLimit from 'p-limit';
import type { Family } from '../../src/model/family.ts';
import { readPlan, writePlan } from '../../src/plan/file.ts';
import { hasChanges } from '../../src/plan/plan.ts';
import { liveState, startAll, stopAll } from '../support/boot-scripts.ts';
import { inventoryAt, shown } from '../support/inventories.ts';
import { outcomes, wholeTree, world } from '../support/world.ts';

/** All at once, the hosts would wait longer for us than they are patient. */
const atOnce = pLimit(6);

/** Hosts of one family; and of the two others, in turn the directors of the older and of the newer one. */
const settings = (index: number): Readonly<Record<string, (directs: boolean) => Family>> => ({
  Debian: () => 'debian',
  'RHEL 6 and 7': (directs) => (directs === (index % 2 === 0) ? 'rhel6' : 'rhel7'),
});

for (const [index, path] of shown.entries()) {
  for (const [hosts, familyOf] of Object.entries(settings(index))) {
    test(`${path} on ${hosts}: applied, stopped, started, nothing left to do; destroyed, nothing left behind`, (t) =>
      atOnce(async () => {
        const inventory = await inventoryAt(path);
        const directors = new Set(
          inventory.clusters.flatMap((each) => each.directors.map(({ name }) => name)),
        );
        const w = await world(t, inventory, (host) => familyOf(directors.has(host)));
        const plan = await w.plan();
        // An engine owns a part of what is live, and on a standby no script has been started.
        const others = inventory.clusters.some(
          (each) => each.failover !== undefined || each.health.engine !== 'none' || each.directors.length > 1,
        );
        const names = plan.hosts.map(({ host }) => host);
        const trees = (): Promise<string[]> => Promise.all(names.map((name) => w.sim.shell(name, wholeTree)));
        const states = (): Promise<string[]> =>
          Promise.all(names.map((name) => w.sim.shell(name, liveState)));
        const [blank, bare] = [await trees(), await states()];
        t.true(hasChanges(plan));
        t.deepEqual(readPlan(writePlan(plan)), JSON.parse(JSON.stringify(plan)));
        t.deepEqual([...new Set(Object.values(outcomes(await w.apply(plan))))], ['changed']);
        t.false(hasChanges(await w.plan()));
        const live = await states();
        for (const name of names) await w.sim.shell(name, stopAll);
        if (!others) t.deepEqual(differences(bare, await states()), []);
        for (const name of names) await w.sim.shell(name, startAll);
        t.deepEqual(differences(live, await states()), []);
        const again = await w.plan();
        t.false(hasChanges(again), w.text(again));
        await w.settle(undefined, { destroy: true });
        t.deepEqual(differences(blank, await trees()), []);
      }));
  }
}

/** Lines that only one of two lists of trees has. */
function differences(before: readonly string[], after: readonly string[]): string[] {
  const lines = (trees: readonly string[]): Set<string> =>
    new Set(trees.flatMap((tree, host) => tree.split('\n').map((line) => `${host} ${line}`)));
  const [old, now] = [lines(before), lines(after)];
  return [
    ...[...old].filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...[...now].filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}
