import test from 'ava';
import { applyPlan } from '../../src/apply/run.ts';
import { hasChanges } from '../../src/plan/plan.ts';
import type { Hosts } from '../../src/port.ts';
import { editing } from '../support/stand-ins.ts';
import { outcomes, testClock, type World, world } from '../support/world.ts';

/** Two directors with a table each; lb2 is in reserve, and knows the connections of lb1. */
const pair = `name: shop
clusters:
  web:
    mode: dr
    vip: 172.16.100.1
    directors: { lb1: 172.16.100.2/24, lb2: 172.16.100.3/24 }
    real_servers: { rs1: 172.16.100.7, rs2: 172.16.100.8 }
    services: [{ port: 80 }]
    sync: { id: 7 }
    failover: { engine: keepalived, id: 51 }
    drain: { timeout: 2 }
`;
const smaller = pair.replace(', rs2: 172.16.100.8', '');
const holder = { who: 'test@here', since: '2026-01-01T00:00:00Z', why: 'a test' };
const weightOfRs2 = "ipvsadm -Sn | sed -n 's/.*-r 172.16.100.8:80 .*-w //p'";

/** Both directors have connections to rs2 that never end. */
async function busy(w: World): Promise<void> {
  await w.settle();
  for (const name of ['lb1', 'lb2']) await w.sim.shell(name, 'echo 3 > .sim/active-172.16.100.8:80');
  w.events.length = 0;
}

const begun = ({ events }: World): string[] =>
  events.flatMap((each) =>
    each.type === 'transaction' && each.host.startsWith('lb') ? [each.transaction] : [],
  );

test('two directors set weight 0 before either waits, and the plan names one wait', async (t) => {
  const w = await world(t, pair);
  await busy(w);
  const plan = await w.plan(smaller);
  t.regex(w.text(plan), /Drains take at most 2 s\./);
  const weights: string[] = [];
  const looking = editing(w.hosts, async (script, { name }) => {
    if (!script.includes('drained ')) return script;
    const found = await Promise.all(['lb1', 'lb2'].map((each) => w.sim.shell(each, weightOfRs2)));
    weights.push(`${name}: ${found.map((each) => each.trim()).join(' ')}`);
    return script;
  });
  const results = await w.apply(plan, looking);
  t.deepEqual(outcomes(results), { lb1: 'changed', lb2: 'changed', rs1: 'changed', rs2: 'changed' });
  t.deepEqual(begun(w), [
    'lb1 prepare',
    'lb2 prepare',
    'lb1 retire',
    'lb2 retire',
    'lb1 roster',
    'lb2 roster',
  ]);
  t.deepEqual(weights, ['lb1: 0 0', 'lb2:  0'], 'lb1 has removed it when lb2 begins to wait');
  t.false(hasChanges(await w.plan(smaller)));
});

test('the second director waits only for what is left of the time', async (t) => {
  const w = await world(t, pair);
  await busy(w);
  const plan = await w.plan(smaller.replace('timeout: 2', 'timeout: 60'));
  t.regex(w.text(plan), /Drains take at most 60 s\./);
  let passed = 0;
  const asked: string[] = [];
  const timed = editing(w.hosts, async (script, { name }) => {
    const [, seconds] = /drained '(\d+) /.exec(script) ?? [];
    if (seconds === undefined) return script;
    asked.push(`${name}: ${seconds}`);
    await w.sim.shell(name, 'echo 0 > .sim/active-172.16.100.8:80');
    passed += 45_000;
    return script;
  });
  const clock = { ...testClock, now: () => new Date(1_800_000_000_000 + passed) };
  await applyPlan(plan, holder, 20, { hosts: timed, clock, emit: () => {} });
  t.deepEqual(asked, ['lb1: 60', 'lb2: 15']);
});

const removal = "fit_table '-d -t 172.16.100.1:80 -r 172.16.100.8:80'";

/** A director on which the removal fails. */
const failingOn = (w: World, where: string): Hosts =>
  editing(w.hosts, (script, { name }) => (name === where ? script.replace(removal, 'false') : script));

test('a director that fails to remove names what keeps weight 0, and so does the one after it', async (t) => {
  const w = await world(t, pair);
  await busy(w);
  const results = await w.apply(await w.plan(smaller), failingOn(w, 'lb1'));
  t.deepEqual(outcomes(results), { lb1: 'in-part', lb2: 'in-part', rs1: 'changed', rs2: 'skipped' });
  const [lb1 = '', lb2 = ''] = results.map(({ message }) => message);
  const told =
    'weight 0 (no new connections) is left on 172.16.100.8 of tcp 172.16.100.1:80: plan again and apply, with or without it';
  t.regex(lb1, /^prepared; not retired: could not remove .*; the host is as it was before this part;/);
  t.true(lb1.endsWith(told), lb1);
  t.is(
    lb2,
    `prepared; not retired, since lb1 retire was rolled back; not written into the roster, since lb2 retire was skipped; ${told}`,
  );
  t.is(await w.sim.shell('lb1', weightOfRs2), '0\n', 'what was undone is the removal, not the other part');
  // The next plan of either kind mends it.
  await w.settle();
  t.is(await w.sim.shell('lb2', weightOfRs2), '1\n');
  await w.apply(await w.plan(smaller), failingOn(w, 'lb2'));
  await w.settle(smaller);
  t.is(await w.sim.shell('lb2', weightOfRs2), '');
});

test('if the second director cannot be prepared, the first one is done, and the second is as it was', async (t) => {
  const w = await world(t, pair);
  await busy(w);
  const broken = editing(w.hosts, (script, { name }) =>
    name === 'lb2'
      ? script.replace("edit_table '-e -t 172.16.100.1:80 -r 172.16.100.8:80", "false '")
      : script,
  );
  const results = await w.apply(await w.plan(smaller), broken);
  t.deepEqual(outcomes(results), { lb1: 'in-part', lb2: 'rolled-back', rs1: 'changed', rs2: 'skipped' });
  t.is(results[0]?.message, 'prepared; retired; not written into the roster, since rs2 was skipped');
  t.is(await w.sim.shell('lb1', weightOfRs2), '');
  t.is(await w.sim.shell('lb2', weightOfRs2), '1\n');
  t.regex(await w.sim.shell('rs2', 'ip -o -4 addr show lo'), /172\.16\.100\.1\/32/);
});
