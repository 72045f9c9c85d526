import test from 'ava';
import { hasChanges, isReady, type Plan } from '../../src/plan/plan.ts';
import { everything } from '../../src/plan/policy.ts';
import type { Hosts } from '../../src/port.ts';
import { world } from '../support/world.ts';

/** A pair of directors; `more` is what the cluster has beside. */
const pair = (more: string, servers = '[rs1, rs2]'): string => `
clusters:
  web:
    mode: dr
    vip: 172.16.100.1
    directors:
      lb1: 172.16.100.2/24
      lb2: 172.16.100.3
    real_servers:
      rs1: { address: 172.16.100.7, weight: 2 }
      rs2: 172.16.100.8
      rs3: 172.16.100.9
    services:
      - { port: 80, scheduler: wrr, real_servers: ${servers} }
${more
  .split('\n')
  .map((line) => `    ${line}\n`)
  .join('')}`;

const keepalived = 'health: { engine: keepalived }\nfailover: { engine: keepalived }';
const table = 'ipvsadm -Sn';
const notesOf = (plan: Plan, host: string): readonly string[] =>
  plan.hosts.flatMap((each) => (each.host === host && isReady(each) ? each.state.notes : []));
const titlesOf = (plan: Plan, host: string): string[] =>
  plan.hosts.flatMap((each) =>
    each.host === host && isReady(each)
      ? each.state.changes.flatMap(({ actions }) =>
          actions.flatMap((action) => (action.do === 'run' ? [action.title] : [])),
        )
      : [],
  );

test('from any engine to any other, and to none: the table is always there in the end', async (t) => {
  const engines = [
    '',
    keepalived,
    'health: { engine: ldirectord }',
    '',
    'health: { engine: monitor }\nfailover: { engine: keepalived }',
    'health: { engine: ldirectord }\nfailover: { engine: heartbeat }',
    'failover: { engine: pacemaker }',
    keepalived,
    'health: { engine: monitor }',
    '',
  ];
  const w = await world(t, pair('health: { engine: ldirectord }\nfailover: { engine: heartbeat }'));
  for (const [index, engine] of engines.entries()) {
    await w.settle(pair(engine));
    const managed = engine.includes('heartbeat') || engine.includes('pacemaker');
    if (!managed || !engine.includes('ldirectord')) {
      const saved = await w.sim.shell('lb1', table);
      t.regex(saved, /-A -t 172\.16\.100\.1:80 -s wrr/, `step ${index}: ${engine}`);
      t.regex(saved, /-r 172\.16\.100\.7:80 .*-w 2\n/, `step ${index}: ${engine}`);
    }
    if (!engine.includes('failover')) {
      t.regex(await w.sim.shell('lb1', 'ip -o addr'), /172\.16\.100\.1\/32/, `step ${index}`);
    }
  }
});

test('what an engine took out is news, and no drift', async (t) => {
  const w = await world(t, pair(keepalived));
  await w.settle();
  await w.sim.shell('lb1', 'ipvsadm -d -t 172.16.100.1:80 -r 172.16.100.7:80');
  const plan = await w.plan();
  t.false(hasChanges(plan));
  t.deepEqual(notesOf(plan, 'lb1'), ['rs1 out of tcp 172.16.100.1:80: taken out by keepalived']);
  t.deepEqual(notesOf(plan, 'lb2'), []);
  // One that is new has not been taken out.
  t.deepEqual(notesOf(await w.plan(pair(keepalived, '[rs1, rs2, rs3]')), 'lb2'), []);
});

test('a real server that leaves is drained before its engine hears of it', async (t) => {
  const w = await world(t, pair(keepalived));
  await w.settle();
  const titles = titlesOf(await w.plan(pair(keepalived, '[rs1]')), 'lb1');
  const drain = titles.indexOf('drain 172.16.100.8 of tcp 172.16.100.1:80');
  t.true(drain >= 0 && drain < titles.indexOf('reload keepalived'), titles.join(', '));
  await w.settle(pair(keepalived, '[rs1]'));
  t.notRegex(await w.sim.shell('lb1', table), /172\.16\.100\.8/);
  const all = await w.plan(pair(keepalived, '[rs3]'));
  t.deepEqual(
    titlesOf(all, 'lb1').filter((title) => title.startsWith('drain')),
    [],
  );
  t.regex(w.text(all), /172\.16\.100\.7 leaves .* its connections end/);
});

test('a new scheduler is in the table before its engine hears of it, and nobody is refused meanwhile', async (t) => {
  const w = await world(t, pair(keepalived));
  await w.settle();
  const changed = pair(keepalived).replace('scheduler: wrr', 'scheduler: sh');
  const plan = await w.plan(changed);
  const titles = titlesOf(plan, 'lb1');
  const edit = titles.indexOf('edit tcp 172.16.100.1:80');
  t.true(edit >= 0 && edit < titles.indexOf('reload keepalived'), titles.join(', '));
  t.regex(w.text(plan), /scheduler wrr -> sh/);
  await w.settle(changed);
  t.regex(await w.sim.shell('lb1', table), /-A -t 172\.16\.100\.1:80 -s sh/);
  const edits = plan.hosts
    .flatMap((each) => (isReady(each) ? each.state.changes : []))
    .flatMap(({ actions }) => actions)
    .flatMap((action) => (action.do === 'run' && action.title.startsWith('edit tcp') ? [action] : []));
  t.deepEqual(
    edits.flatMap(({ commands, undo }) => [...commands, ...undo]).map(([first]) => first),
    ['unrefused', 'unrefused', 'unrefused', 'unrefused'],
  );
});

test('the preferred director is first where nobody holds the VIP yet, then whoever holds it is last', async (t) => {
  const w = await world(t, pair(keepalived));
  const directorsIn = (plan: Plan): string[] =>
    plan.transactions.map(({ host }) => host).filter((host) => host.startsWith('lb'));
  t.deepEqual(directorsIn(await w.plan()), ['lb1', 'lb2']);
  await w.settle();
  const changed = pair(keepalived, '{ rs1: 5, rs2: 1 }');
  for (const [holder, order] of [
    ['lb1', ['lb2', 'lb1']],
    ['lb2', ['lb1', 'lb2']],
  ] as const) {
    await w.sim.shell(holder, 'ip addr add 172.16.100.1/32 dev eth0');
    const plan = await w.plan(changed);
    t.deepEqual(directorsIn(plan), order);
    t.true(
      plan.transactions
        .find(({ host }) => host === holder)!
        .after.some(({ transaction, requires }) => transaction === order[0] && requires),
    );
    const destroyed = await w.plan(undefined, { destroy: true });
    t.deepEqual(directorsIn(destroyed), order);
    await w.sim.shell(holder, 'ip addr del 172.16.100.1/32 dev eth0');
  }
});

test('a VIP that lvsform raised is handed to the engine where it is: that director comes first', async (t) => {
  const w = await world(t, pair(''));
  await w.settle();
  const plan = await w.plan(pair(keepalived));
  t.deepEqual(
    plan.transactions.map(({ host }) => host).filter((host) => host.startsWith('lb')),
    ['lb1', 'lb2'],
  );
  t.notRegex(w.text(plan), /- address/);
});

test('a VIP that its engine moves while lvsform takes over from it makes no plan stale', async (t) => {
  const synced = `${keepalived}\nsync: { id: 7 }`;
  const w = await world(t, pair(synced));
  await w.settle();
  const daemon = '--mcast-interface eth0 --syncid 7';
  await w.sim.shell('lb1', `ipvsadm --start-daemon backup ${daemon}`);
  await w.sim.shell('lb2', `ip addr add 172.16.100.1/32 dev eth0; ipvsadm --start-daemon master ${daemon}`);
  const plan = await w.plan(pair(''));
  // As when keepalived stops on the one, and the other one takes over.
  await w.sim.shell('lb2', 'ip addr del 172.16.100.1/32 dev eth0; ipvsadm --stop-daemon master');
  await w.sim.shell(
    'lb1',
    `ip addr add 172.16.100.1/32 dev eth0; ipvsadm --stop-daemon backup; ipvsadm --start-daemon master ${daemon}`,
  );
  const results = await w.apply(plan);
  t.deepEqual(
    results.map(({ outcome, message }) => message ?? outcome),
    ['changed', 'changed', 'ok', 'ok', 'ok'],
  );
  t.false(hasChanges(await w.plan(pair(''))));
  t.regex(await w.sim.shell('lb1', 'ip -o addr'), /172\.16\.100\.1\/32/);
  t.notRegex(await w.sim.shell('lb2', 'ip -o addr; ipvsadm -Ln --daemon'), /172\.16\.100\.1\/32|sync daemon/);
});

test('what an engine has left in the table is made what lvsform wants: weights, and who is there', async (t) => {
  const monitored = pair('health: { engine: monitor }');
  const w = await world(t, monitored);
  await w.settle();
  await w.settle(pair('', '{ rs1: 7, rs3: 1 }').replace('wrr', 'wlc'));
  const saved = await w.sim.shell('lb1', table);
  t.regex(saved, /-A -t 172\.16\.100\.1:80 -s wlc/);
  t.deepEqual(
    [...saved.matchAll(/-r 172\.16\.100\.(\d+):80 .*-w (\d+)/g)].map(([, host, weight]) => [host, weight]),
    [
      ['7', '7'],
      ['9', '1'],
    ],
  );
});

test('an engine that takes a real server out and puts it back all the time makes a plan stale only if it never rests', async (t) => {
  const w = await world(t, pair(keepalived));
  await w.settle();
  const changed = pair(keepalived).replace('port: 80', 'port: 80, check: ping');
  let out = false;
  const flapping = (flaps: number): Hosts => ({
    ...w.hosts,
    release: (target) => w.hosts.release(target),
    runAnew: (target, script) => w.hosts.runAnew(target, script),
    run: async (target, script) => {
      if (target.name === 'lb1' && flaps > 0) {
        flaps -= 1;
        out = !out;
        const verb = out ? '-d' : '-a';
        await w.sim.shell('lb1', `ipvsadm ${verb} -t 172.16.100.1:80 -r 172.16.100.8:80`);
      }
      return w.hosts.run(target, script);
    },
  });
  const plan = await w.plan(changed);
  const [lb1] = await w.apply(plan, flapping(Infinity));
  t.is(lb1?.outcome, 'stale');
  t.is(lb1?.message, 'it keeps changing (virtual-service), 10 times in a row; try again');
  t.is((await w.apply(await w.plan(changed), flapping(8)))[0]?.outcome, 'changed');
});

test('only who holds the VIP hands it over, only on request, and only where there is something to change', async (t) => {
  const w = await world(t, pair(keepalived));
  await w.settle();
  await w.sim.shell('lb2', 'ip addr add 172.16.100.1/32 dev eth0');
  const request = { policy: { ...everything, switchOver: true } };
  const changed = pair(keepalived, '{ rs1: 5, rs2: 1 }');
  const title = 'hand 172.16.100.1 over to another director';
  t.false(hasChanges(await w.plan(undefined, request)));
  t.false(titlesOf(await w.plan(changed), 'lb2').includes(title));
  const plan = await w.plan(changed, request);
  t.is(titlesOf(plan, 'lb2')[0], title);
  t.false(titlesOf(plan, 'lb1').includes(title));
  t.regex(w.text(plan), /! lb2: 172\.16\.100\.1 moves to another director/);
});

test('a host by another name is not touched where its engine knows nodes by name', async (t) => {
  const w = await world(t, pair('health: { engine: ldirectord }\nfailover: { engine: heartbeat }'));
  const plan = await w.plan();
  t.true(plan.hosts.every(isReady));
  const other = pair('health: { engine: ldirectord }\nfailover: { engine: heartbeat }').replaceAll(
    'lb2',
    'lb9',
  );
  const renamed = await w.plan(
    other.replace('lb9: 172.16.100.3', 'lb9: { address: 172.16.100.3, ssh: { host: lb2 } }'),
  );
  const state = renamed.hosts.find(({ host }) => host === 'lb9')!.state;
  t.not(state.is, 'ready');
});
