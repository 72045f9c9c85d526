import test from 'ava';
import { hasChanges } from '../../src/plan/plan.ts';
import { everything } from '../../src/plan/policy.ts';
import { batchesOf } from '../support/batches.ts';
import { startAll, stopAll } from '../support/boot-scripts.ts';
import { dr } from '../support/inventories.ts';
import { outcomes, wholeTree, world } from '../support/world.ts';

const keeping = { policy: { ...everything, keepWeights: true } };
const allowing = (...allow: ('add' | 'change' | 'remove')[]) => ({ policy: { ...everything, allow } });
const second = `  api:
    mode: dr
    vip: 172.16.100.5
    directors: { lb2: 172.16.100.3/24 }
    real_servers: { rs9: 172.16.100.9 }
    services: [{ port: 443 }]
`;
const withoutRs2 = dr.replace(/\n +rs2: .*/, '');
/** Five real servers, and what they are called. */
const many = dr.replace(
  /      rs2: .*\n/,
  [2, 3, 4, 5].map((number) => `      rs${number}: 172.16.100.${number + 6}\n`).join(''),
);

test('weights that somebody changed at run time are kept where that is wanted, and it is said', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  await w.sim.shell('lb1', 'ipvsadm -e -t 172.16.100.1:80 -r 172.16.100.8:80 -g -w 0');
  const plan = await w.plan(undefined, keeping);
  t.false(hasChanges(plan), w.text(plan));
  t.regex(w.text(plan), /rs2 keeps weight 0 in tcp 172\.16\.100\.1:80; the inventory says 1/);
  t.true(hasChanges(await w.plan()));
  // Another edit of the same real server names every attribute, and still keeps the weight.
  const bounded = dr.replace('rs2: 172.16.100.8', 'rs2: { address: 172.16.100.8, thresholds: { upper: 9 } }');
  t.deepEqual(outcomes(await w.apply(await w.plan(bounded, keeping)))['lb1'], 'changed');
  t.regex(await w.sim.shell('lb1', 'ipvsadm -Sn; ipvsadm -Ln --thresholds'), /8:80 -g -w 0\n[^]*8:80 9 0/);
});

test('--allow add,edit: nothing is taken away, it is told, and a later plan still knows of it', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  const changed = withoutRs2.replace('weight: 2', 'weight: 7');
  const careful = await w.plan(changed, allowing('add', 'change'));
  const text = w.text(careful);
  t.regex(
    text,
    /held back, since it is not allowed: .*file \/etc\/ipvsadm\.rules: -a -t .* 172\.16\.100\.8:80 .* is kept/,
  );
  t.regex(text, /; virtual service tcp 172\.16\.100\.1:80: remove 172\.16\.100\.8:80/);
  t.regex(text, /rs2 is no longer in the inventory; it is not cleaned up, since removals are not allowed/);
  t.notRegex(text, /drain/);
  const results = await w.apply(careful);
  t.deepEqual(
    results.filter(({ outcome }) => outcome !== 'changed' && outcome !== 'ok'),
    [],
  );
  const table = await w.sim.shell('lb1', 'ipvsadm -Sn');
  t.regex(table, /172\.16\.100\.7:80 -g -w 7/);
  t.regex(table, /172\.16\.100\.8:80/);
  t.regex(await w.sim.shell('rs2', 'ip -o -4 addr show'), /172\.16\.100\.1\/32/);
  t.regex(await w.sim.shell('lb1', 'cat etc/hosts'), /172\.16\.100\.8 rs2\n# lvsform end/);
  // The table that comes back at boot is the one that is there now, and a plan with the same limit has nothing to do.
  await w.sim.shell('lb1', stopAll);
  await w.sim.shell('lb1', startAll);
  t.is(await w.sim.shell('lb1', 'ipvsadm -Sn | sort'), `${table.trim().split('\n').toSorted().join('\n')}\n`);
  const again = await w.plan(changed, allowing('add', 'change'));
  t.false(hasChanges(again), w.text(again));
  // Nothing is forgotten: without the limit, rs2 is drained and cleaned up.
  await w.settle(changed);
  t.notRegex(await w.sim.shell('lb1', 'ipvsadm -Sn'), /172\.16\.100\.8/);
  t.is(await w.sim.shell('rs2', 'ls var/lib'), '');
});

test('--allow add,edit: a file from which an engine makes the table stays as it is where it would lose something', async (t) => {
  const watched = dr.replace('mode: dr', 'mode: dr\n    health: { engine: keepalived }');
  const w = await world(t, watched);
  await w.settle();
  const before = await w.sim.shell('lb1', 'cat etc/keepalived/keepalived.conf; ipvsadm -Sn');
  const careful = await w.plan(watched.replace(/\n +rs2: .*/, ''), allowing('add', 'change'));
  t.regex(
    w.text(careful),
    /file \/etc\/keepalived\/keepalived\.conf is not changed: it would lose rs2 172\.16\.100\.8:80 of tcp /,
  );
  t.true((await w.apply(careful)).every(({ outcome }) => outcome === 'changed' || outcome === 'ok'));
  t.is(await w.sim.shell('lb1', 'cat etc/keepalived/keepalived.conf; ipvsadm -Sn'), before);
  const heavier = await w.plan(watched.replace('weight: 2', 'weight: 7'), allowing('add', 'change'));
  t.regex(w.text(heavier), /~ file \/etc\/keepalived\/keepalived\.conf/);
});

test('--allow add on a host of ours: a new service comes, what differs stays as it is', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  const more = `${dr.replace('weight: 2', 'weight: 7')}      - { port: 443 }\n`;
  await w.apply(await w.plan(more, allowing('add')));
  const table = await w.sim.shell('lb1', 'ipvsadm -Sn');
  t.regex(table, /-t 172\.16\.100\.1:443 /);
  t.regex(table, /-t 172\.16\.100\.1:80 -r 172\.16\.100\.7:80 -g -w 2/);
  await w.settle(more);
});

test('--allow remove: what is not added is not ours', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan(undefined, allowing('remove'));
  t.true((await w.apply(plan)).every(({ outcome }) => outcome === 'changed' || outcome === 'ok'));
  t.is(await w.sim.shell('lb1', 'ipvsadm -Sn'), '');
  await w.settle();
  await w.settle(undefined, { destroy: true });
});

test('a plan that takes away what a slip could take away says so', async (t) => {
  const w = await world(t, many);
  await w.settle();
  const plan = async (text: string, more = {}) => (await w.plan(text, more)).dangers;
  t.deepEqual(await plan(many), []);
  t.deepEqual(await plan(many.replace(/      rs5: .*\n/, '')), ['1 of 6 hosts leaves the inventory: rs5']);
  const idle = many.replace('wlc }', 'wlc, real_servers: { rs1: 0, rs2: 0, rs3: 0, rs4: 0, rs5: 0 } }');
  const emptied = ['lb1: virtual service tcp 172.16.100.1:80 loses all its real servers (5)'];
  t.deepEqual(await plan(idle), emptied);
  t.deepEqual(await plan(idle, allowing('change')), emptied, 'weights are edited');
  t.deepEqual(await plan(idle, allowing('add')), [], 'what may not be edited stays');
  const few = many.replace(/      rs[2-5]: .*\n/g, '');
  t.deepEqual(await plan(few), [
    '4 of 6 hosts leave the inventory: rs2, rs3, rs4, rs5',
    'lb1: virtual service tcp 172.16.100.1:80 loses 4 of 5 real servers at once',
  ]);
  t.deepEqual(await plan(few, allowing('add', 'change')), [], 'what may not be removed stays');
  t.deepEqual(await plan(many.replace('port: 80', 'port: 81')), [
    'lb1: virtual service tcp 172.16.100.1:80 is removed',
  ]);
  t.deepEqual(await plan(many.replace('vip: 172.16.100.1', 'vip: 172.16.100.99')), [
    'lb1: virtual service tcp 172.16.100.1:80 is removed',
    'lb1: the VIP 172.16.100.1 is removed',
  ]);
  t.deepEqual((await w.plan(few, { destroy: true })).dangers, [], 'destroy says what it does');
});

test('a cluster that leaves takes its last director along, and that is said', async (t) => {
  const w = await world(t, `${dr}${second}`);
  const blank = await w.sim.shell('rs9', wholeTree);
  await w.settle(`${dr}${second}`);
  t.deepEqual((await w.plan(dr)).dangers, [
    '2 of 5 hosts leave the inventory: lb2, rs9',
    'the last director of api leaves',
    'lb2: virtual service tcp 172.16.100.5:443 is removed',
    'lb2: the VIP 172.16.100.5 is removed',
  ]);
  await w.settle(dr);
  t.is(await w.sim.shell('rs9', wholeTree), blank, 'only its director knew of it');
});

test('what is out of reach behind a host that has left is remembered', async (t) => {
  const w = await world(t, `${dr}${second}`);
  await w.settle(`${dr}${second}`);
  w.sim.cut('rs9', true);
  t.is(outcomes(await w.apply(await w.plan(dr)))['lb2'], 'changed');
  for (const _ of ['after it has gone', 'and from then on']) {
    const plan = await w.plan(dr);
    t.regex(w.text(plan), /rs9: unreachable[^]*no longer in the inventory; a director remembers it/);
    await w.apply(plan);
  }
  w.sim.cut('rs9', false);
  await w.apply(await w.plan(dr));
  t.false(hasChanges(await w.plan(dr)));
});

test('an engine that owns the table hides no danger: intent is compared, and not the table', async (t) => {
  const watched = many.replace('    services:', '    health: { engine: keepalived }\n    services:');
  const w = await world(t, watched);
  await w.settle();
  const idle = watched.replace('wlc }', 'wlc, real_servers: { rs1: 0, rs2: 0, rs3: 0 } }');
  t.deepEqual((await w.plan(idle)).dangers, [
    'lb1: virtual service tcp 172.16.100.1:80 loses all its real servers (5)',
  ]);
  await w.sim.shell('lb1', "sed -i 's/-w 1/-w 0/' .sim/table");
  t.deepEqual((await w.plan()).dangers, [], 'what the engine did is its own business');
});

test('real servers in batches: one first, then two at a time, and the director after them', async (t) => {
  const w = await world(t, many);
  const plan = await w.plan(undefined, { batches: ['1', '40%'] });
  t.regex(w.text(plan), /Real servers in 3 batches\./);
  await w.apply(plan);
  t.deepEqual(batchesOf(w.events), [['rs1'], ['rs2', 'rs3'], ['rs4', 'rs5'], ['lb1']]);
});

test('too many failures: nothing more is begun, and what was not begun is as it was', async (t) => {
  const w = await world(t, many);
  await w.sim.shell('rs1', 'touch .sim/refuse-lvs-realserver.service');
  const stopped = outcomes(await w.apply(await w.plan(undefined, { batches: ['1', '2'], maxFailures: '0' })));
  t.deepEqual(stopped, {
    lb1: 'skipped',
    rs1: 'rolled-back',
    rs2: 'skipped',
    rs3: 'skipped',
    rs4: 'skipped',
    rs5: 'skipped',
  });
  const goesOn = outcomes(
    await w.apply(await w.plan(undefined, { batches: ['1', '2'], maxFailures: '34%' })),
  );
  t.deepEqual([goesOn['rs1'], goesOn['rs2'], goesOn['rs5']], ['rolled-back', 'changed', 'changed']);
});
