import test from 'ava';
import { hasChanges } from '../../src/plan/plan.ts';
import { exitStatusOf } from '../../src/report/exit-statuses.ts';
import type { HostResult } from '../../src/plan/events.ts';
import { beforeCommand, killHolder } from '../support/before-command.ts';
import { dr } from '../support/inventories.ts';
import { outcomes, world } from '../support/world.ts';

const status = (results: readonly HostResult[]): number =>
  exitStatusOf(results.map(({ outcome }) => outcome));
const already = 'this plan was applied to it already at 2026-01-01T00:00:00Z by test@here';
const moved = dr.replace('vip: 172.16.100.1', 'vip: 172.16.100.5');

test('a plan that was applied says so, and where the hosts still are as it left them all is well', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  await w.apply(plan);
  const manifest = await w.sim.shell('rs1', 'cat var/lib/lvsform/manifest.json');
  const results = await w.apply(plan);
  t.deepEqual(outcomes(results), { lb1: 'applied', rs1: 'applied', rs2: 'applied' });
  t.is(results[1]?.message, already);
  t.is(status(results), 0);
  t.is(await w.sim.shell('rs1', 'cat var/lib/lvsform/manifest.json'), manifest);
  t.is(await w.sim.shell('rs1', 'ls var/lib/lvsform | grep lock || true'), '');
});

test('a plan that was applied in three parts says so, too', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  const plan = await w.plan(moved);
  t.true(plan.transactions.some(({ id }) => id === 'rs1 retire'));
  await w.apply(plan);
  t.deepEqual(outcomes(await w.apply(plan)), { lb1: 'applied', rs1: 'applied', rs2: 'applied' });
});

test('a plan that was applied to a host that has changed since names what has changed', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  await w.apply(plan);
  await w.sim.shell('rs1', 'echo 0 > proc/sys/net/ipv4/conf/all/arp_ignore');
  const results = await w.apply(plan);
  t.deepEqual(outcomes(results), { lb1: 'skipped', rs1: 'stale', rs2: 'applied' });
  t.is(
    results[1]?.message,
    `${already}, and since then this changed: sysctl:net.ipv4.conf.all.arp_ignore; plan again`,
  );
  t.is(results[0]?.message, 'rs1 is no longer what the plan saw');
  t.is(status(results), 4);
});

test('a plan that another one came after is stale, and names the other one', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  await w.apply(plan);
  const other = await w.plan(dr.replace('weight: 2', 'weight: 3'));
  await w.apply(other);
  const results = await w.apply(plan);
  t.deepEqual(outcomes(results), { lb1: 'stale', rs1: 'applied', rs2: 'applied' });
  t.regex(
    results[0]?.message ?? '',
    new RegExp(`since this plan was made, plan ${other.id} of the inventory test was applied`),
  );
});

test('a plan that was applied to some hosts is carried on where that is safe', async (t) => {
  const w = await world(t, dr);
  await w.sim.shell('lb1', 'touch .sim/refuse-lvs-director.service');
  const plan = await w.plan();
  t.deepEqual(outcomes(await w.apply(plan)), { lb1: 'rolled-back', rs1: 'changed', rs2: 'changed' });
  await w.sim.shell('lb1', 'rm .sim/refuse-lvs-director.service');
  const results = await w.apply(plan);
  t.deepEqual(outcomes(results), { lb1: 'changed', rs1: 'applied', rs2: 'applied' });
  t.is(status(results), 0);
  t.false(hasChanges(await w.plan()));
});

test('a host whose plan was done in part is carried on with the part that is missing', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  await beforeCommand(w, 'lb1', 'ip', 'case "$*" in *"addr add 172.16.100.5"*) exit 2 ;; esac');
  const plan = await w.plan(moved);
  t.deepEqual(outcomes(await w.apply(plan)), { lb1: 'rolled-back', rs1: 'in-part', rs2: 'in-part' });
  await w.sim.shell('lb1', 'rm -r .sim/bin');
  const results = await w.apply(plan);
  t.deepEqual(outcomes(results), { lb1: 'changed', rs1: 'changed', rs2: 'changed' });
  t.is(results[1]?.message, `prepared already: ${already}`);
  t.false(hasChanges(await w.plan(moved)));
});

test('a host whose plan was done in part, and that has changed since, is left alone', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  await beforeCommand(w, 'lb1', 'ip', 'case "$*" in *"addr add 172.16.100.5"*) exit 2 ;; esac');
  const plan = await w.plan(moved);
  await w.apply(plan);
  await w.sim.shell('lb1', 'rm -r .sim/bin');
  await w.sim.shell('rs1', 'ip addr del 172.16.100.5/32 dev lo');
  const before = await w.sim.shell('rs1', 'cat .sim/addresses');
  const results = await w.apply(plan);
  t.deepEqual(outcomes(results), { lb1: 'skipped', rs1: 'stale', rs2: 'in-part' });
  t.regex(
    results[1]?.message ?? '',
    /applied to it already .*since then this changed: address:.*172\.16\.100\.5/,
  );
  t.is(await w.sim.shell('rs1', 'cat .sim/addresses'), before);
  await w.settle(moved);
});

test('a destroy that was applied says so', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  const plan = await w.plan(undefined, { destroy: true });
  await w.apply(plan);
  const results = await w.apply(plan);
  t.deepEqual(outcomes(results), { lb1: 'applied', rs1: 'applied', rs2: 'applied' });
  t.is(results[0]?.message, 'what this plan removes is gone already');
  t.is(await w.sim.shell('rs1', 'ls -A var/lib'), '');
});

test('a plan that was begun on a host and killed there says so', async (t) => {
  const w = await world(t, dr);
  await beforeCommand(w, 'rs1', 'systemctl', `[ "$1" != start ] || { ${killHolder}; }`);
  const plan = await w.plan();
  const first = await w.apply(plan);
  t.is(outcomes(first)['rs1'], 'half-undone');
  await w.sim.shell('rs1', 'rm -r .sim/bin');
  const results = await w.apply(plan);
  t.is(outcomes(results)['rs1'], 'stale');
  t.regex(
    results[1]?.message ?? '',
    /started on it at 2026-\S+ by test@here, and did not finish\. This differs: /,
  );
  await w.settle();
});
