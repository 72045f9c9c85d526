import test, { type ExecutionContext } from 'ava';
import { everything } from '../../src/plan/policy.ts';
import type { PlanRequest } from '../../src/plan/make.ts';
import { applyPlan } from '../../src/apply/run.ts';
import { HostFailure, type Hosts } from '../../src/port.ts';
import { eventLine } from '../../src/report/apply-text.ts';
import type { Event, HostResult } from '../../src/plan/events.ts';
import { plain } from '../../src/report/style.ts';
import { dr } from '../support/inventories.ts';
import { editing } from '../support/stand-ins.ts';
import { outcomes, testClock, world, type World } from '../support/world.ts';

/** Two directors, each with a cluster of its own, and one that stays on lb1 whatever moves. */
const two = `name: shop
clusters:
  web:
    mode: dr
    vip: 172.16.100.1
    directors: { lb1: 172.16.100.2/24 }
    real_servers: { rs1: 172.16.100.7, rs2: 172.16.100.8 }
    services: [{ port: 80 }]
  api:
    mode: dr
    vip: 172.16.100.5
    directors: { lb2: 172.16.100.3/24 }
    real_servers: { rs3: 172.16.100.9 }
    services: [{ port: 443 }]
  old:
    mode: dr
    vip: 172.16.100.6
    directors: { lb1: 172.16.100.2/24 }
    real_servers: { rs2: 172.16.100.8 }
    services: [{ port: 25 }]
`;
const vip = '172.16.100.1';
const onLb2 = 'directors: { lb2: 172.16.100.3/24 }';
/** The cluster web goes from lb1 to lb2. */
const moved = two.replace(
  'vip: 172.16.100.1\n    directors: { lb1: 172.16.100.2/24 }',
  `vip: 172.16.100.1\n    ${onLb2}`,
);
/** lb1 directs nothing any more: it serves for lb2. */
const served = `name: shop
clusters:
  web:
    mode: dr
    vip: ${vip}
    ${onLb2}
    real_servers: { rs1: 172.16.100.7, rs2: 172.16.100.8, lb1: 172.16.100.2 }
    services: [{ port: 80 }]
`;
const manifest = 'var/lib/lvsform/manifest.json';

const holder = { who: 'test@here', since: '2026-01-01T00:00:00Z', why: 'a test' };
/** Something that one waits for, and another one says. */
function signal(): { heard: Promise<void>; say: () => void } {
  let say: () => void = () => {};
  const heard = new Promise<void>((resolve) => (say = resolve));
  return { heard, say };
}

const holders = async (w: World, ...hosts: string[]): Promise<string[]> => {
  const has = await Promise.all(
    hosts.map((host) => w.sim.shell(host, `ip -o -4 addr show | grep -c ' ${vip}/32 ' || true`)),
  );
  return hosts.filter((_, index) => has[index]!.trim() !== '0');
};
const lock = `mkdir -p var/lib/lvsform/lock; pid=$PPID; set -- $(sed 's/.*) //' /proc/$pid/stat); shift 19
ln -sfn "$pid-$1-$(cat /proc/sys/kernel/random/boot_id)" var/lib/lvsform/lock/owner; printf 'me\\n2026\\nwhy\\n' > var/lib/lvsform/lock/holder`;

/** A host writes into its own manifest that it has a virtual service. */
async function callItselfDirector(w: World, host: string, clusters: readonly string[]): Promise<void> {
  const read = JSON.parse(await w.sim.shell(host, `cat ${manifest}`));
  const want = { scheduler: 'wlc', persistence: 0, flags: [], onePacket: false, destinations: [] };
  const resource = {
    kind: 'virtual-service',
    key: '-t 172.16.100.77:80',
    want,
    drain: { timeout: 60, connections: 0 },
  };
  read.resources[`virtual-service:${resource.key}`] = { resource, before: {} };
  read.clusters = clusters;
  await w.sim.shell(host, `cat > ${manifest} <<'END'\n${JSON.stringify(read)}\nEND`);
}

/** Moves web, and tells who holds its VIP afterwards. */
async function move(
  w: World,
  more: Partial<PlanRequest> = {},
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ results: HostResult[]; who: string[]; dangers: readonly string[] }> {
  const plan = await w.plan(moved, more);
  await between();
  const results = await w.apply(plan);
  return { results, who: await holders(w, 'lb1', 'lb2'), dangers: plan.dangers };
}

const settled = async (t: ExecutionContext): Promise<World> => {
  const w = await world(t, two);
  await w.settle(two);
  return w;
};

test('a VIP moves from one director to another', async (t) => {
  const w = await settled(t);
  const { who, results } = await move(w);
  t.deepEqual(who, ['lb2'], JSON.stringify(results));
});

for (const [liar, clusters] of [
  ['rs1', ['web']],
  ['rs3', ['web', 'api']],
] as const) {
  test(`${liar} calls itself a director: it comes between no directors, and is no danger`, async (t) => {
    const w = await settled(t);
    await callItselfDirector(w, liar, clusters);
    const { who, results, dangers } = await move(w, {}, () => w.sim.shell('lb1', lock));
    t.deepEqual(dangers, []);
    t.deepEqual(who, ['lb1']);
    t.is(outcomes(results)['lb2'], 'in-part');
  });
}

test('who calls itself a director keeps no other host from being retired', async (t) => {
  const more = dr
    .replace('vip: 172.16.100.1', 'vips: [172.16.100.1, 172.16.100.4]')
    .replace(/- \{ ?port/, '- { vip: 172.16.100.1, port');
  const w = await world(t, more);
  await w.settle(more);
  await callItselfDirector(w, 'rs1', ['web']);
  const plan = await w.plan(more.replace(', 172.16.100.4', ''));
  await w.sim.shell('rs1', lock);
  const results = outcomes(await w.apply(plan));
  t.is(results['rs2'], 'changed', JSON.stringify(results));
});

test('a director that gives its VIP up waits for all that the one which takes it waits for', async (t) => {
  const away = await settled(t);
  away.sim.cut('rs1', true);
  const seen = await move(away);
  t.deepEqual(seen.who, ['lb1']);
  t.regex(
    JSON.stringify(seen.results),
    /lb1.*it keeps 172\.16\.100\.1: lb2 should take it, but is not changed: it would send to rs1/,
  );
});

test('a real server that fails before a VIP moves leaves the VIP where it is', async (t) => {
  const w = await world(t, two);
  const before = two.replace(/ {2}api:[^]*? {2}old:/, '  old:');
  const after = before.replace(
    'vip: 172.16.100.1\n    directors: { lb1: 172.16.100.2/24 }',
    `vip: 172.16.100.1\n    ${onLb2}`,
  );
  await w.settle(before);
  const plan = await w.plan(after);
  // It would write lb2 into its /etc/hosts.
  await w.sim.shell('rs1', lock);
  const results = outcomes(await w.apply(plan));
  t.is(results['rs1'], 'locked');
  t.is((await holders(w, 'lb1', 'lb2')).length, 1, JSON.stringify(results));
});

for (const arp of ['', '    arp: static\n']) {
  test(`a VIP that was on a director before lvsform is not on two directors${arp && ', with arp: static'}`, async (t) => {
    const [before, after] = [two, moved].map((text) =>
      text.replace('  web:\n    mode: dr\n', `  web:\n    mode: dr\n${arp}`),
    ) as [string, string];
    const w = await world(t, two);
    await w.sim.shell('lb1', `ip addr add ${vip}/32 dev eth0`);
    await w.settle(before);
    for (const time of ['at first', 'again']) {
      const results = await w.apply(await w.plan(after));
      t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb1'], time);
      t.regex(
        results.find(({ host }) => host === 'lb2')?.message ?? '',
        /lb1 keeps 172\.16\.100\.1, which was on it before lvsform: remove it there \(ip addr del 172\.16\.100\.1\/32 dev eth0\)/,
      );
    }
    await w.sim.shell('lb1', `ip addr del ${vip}/32 dev eth0`);
    await w.settle(after);
    t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2']);
  });
}

test('a director keeps a VIP that may not be removed, and no other one takes it', async (t) => {
  const w = await settled(t);
  const { who, results } = await move(w, { policy: { ...everything, allow: ['add', 'change'] } });
  t.deepEqual(who, ['lb1']);
  t.regex(JSON.stringify(results), /lb1 keeps 172\.16\.100\.1, since removals are not allowed/);
});

for (const [title, selection, prepare] of [
  ['is left out by --limit', { limit: ['lb2', 'rs1', 'rs2'], exclude: [] }, undefined],
  ['is left out by --exclude', { limit: [], exclude: ['lb1'] }, undefined],
  ['cannot be reached by us', { limit: [], exclude: [] }, (w: World) => w.sim.cut('lb1', true)],
] as const) {
  test(`a VIP of a director that ${title} is not raised where that one answers for it`, async (t) => {
    const w = await settled(t);
    await w.sim.shell('lb2', `echo ${vip} > .sim/claimed`);
    prepare?.(w);
    const { results } = await move(w, { selection });
    t.is(outcomes(results)['lb2'], 'rolled-back', JSON.stringify(results));
    t.regex(results.find(({ host }) => host === 'lb2')?.output ?? '', /another host has it/);
    t.deepEqual(await holders(w, 'lb2'), []);
  });
}

test('two directors exchange their VIPs', async (t) => {
  const w = await settled(t);
  const swapped = moved.replace(
    `vip: 172.16.100.5\n    ${onLb2}`,
    'vip: 172.16.100.5\n    directors: { lb1: 172.16.100.2/24 }',
  );
  t.not(swapped, moved);
  await w.settle(swapped);
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2']);
  t.regex(await w.sim.shell('lb1', 'ip -o addr'), / 172\.16\.100\.5\/32 /);
  t.notRegex(await w.sim.shell('lb2', 'ip -o addr'), / 172\.16\.100\.5\/32 /);
});

test('the new holder is locked: the old one keeps the VIP and says why, and the next apply moves it', async (t) => {
  const w = await settled(t);
  const { who, results } = await move(w, {}, () => w.sim.shell('lb2', lock));
  t.deepEqual(who, ['lb1']);
  t.is(
    results.find(({ host }) => host === 'lb1')?.message,
    `it keeps ${vip}: lb2 should take it, but is locked`,
  );
  await w.sim.shell('lb2', 'rm -r var/lib/lvsform/lock');
  await w.settle(moved);
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2']);
});

test('the new holder is no longer what the plan saw: the old one keeps the VIP', async (t) => {
  const w = await settled(t);
  const { who, results } = await move(w, {}, () =>
    w.sim.shell('lb2', 'rm -f etc/hosts; mkdir -p etc/hosts/full'),
  );
  t.deepEqual(who, ['lb1'], JSON.stringify(results));
  t.not(outcomes(results)['lb2'], 'changed');
});

test('the new holder loses its place between its two parts: no other one is told that it has the VIP', async (t) => {
  const w = await settled(t);
  const plan = await w.plan(moved);
  const taken = `address:${vip} eth0`;
  await applyPlan(plan, holder, 20, {
    hosts: w.hosts,
    clock: testClock,
    emit: (event) => {
      if (event.type === 'transaction-end' && event.transaction === 'lb2 prepare') w.sim.cut('lb1', true);
    },
  });
  w.sim.cut('lb1', false);
  const known = JSON.parse(await w.sim.shell('lb2', `cat ${manifest}`));
  t.false(taken in known.resources);
  t.notRegex(await w.sim.shell('lb2', 'cat usr/local/sbin/lvs-director'), /172\.16\.100\.1\b/);
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb1']);
  await w.settle(moved);
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2']);
});

test('the run is stopped once the old holder has given the VIP up: the new one takes it, and says why it goes on', async (t) => {
  const w = await settled(t);
  const plan = await w.plan(moved);
  let stopped = false;
  const events: Event[] = [];
  const results = await applyPlan(plan, holder, 20, {
    hosts: w.hosts,
    clock: testClock,
    stopped: () => stopped,
    emit: (event) => {
      events.push(event);
      if (event.type === 'transaction-end' && event.host === 'lb1') stopped = true;
    },
  });
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2'], JSON.stringify(results));
  const take = events.find((event) => event.type === 'transaction' && event.transaction === 'lb2 take');
  t.regex(
    eventLine(take!, plain),
    new RegExp(`^lb2 take: starts anyway, since lb1 has given up ${vip.replaceAll('.', '\\.')}\n`),
  );
});

test('too many hosts have failed once the old holder has given the VIP up: the new one takes it', async (t) => {
  const far = `  far:
    mode: dr
    vip: 172.16.100.70
    directors: { lb3: 172.16.100.4/24 }
    real_servers: { rs4: { address: 172.16.100.10, weight: 1 } }
    services: [{ port: 80 }]
`;
  const w = await world(t, two + far);
  await w.settle(two + far);
  const plan = await w.plan(moved + far.replace('weight: 1', 'weight: 3'), { maxFailures: '0' });
  await w.sim.shell('lb3', lock);
  const [given, failed] = [signal(), signal()];
  const hosts: Hosts = {
    ...w.hosts,
    run: async (target, script, within) => {
      if (target.name === 'lb3') await given.heard;
      const raw = await w.hosts.run(target, script, within);
      if (target.name === 'lb3') failed.say();
      if (target.name === 'lb1') {
        given.say();
        await failed.heard;
      }
      return raw;
    },
    runAnew: (target, script) => w.hosts.runAnew(target, script),
    release: () => {},
    wayTo: (target) => w.hosts.wayTo(target),
  };
  const results = await w.apply(plan, hosts);
  t.is(outcomes(results)['lb3'], 'locked');
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2'], JSON.stringify(results));
});

for (const [title, selection, away] of [
  ['only the old holder is in the plan', { limit: ['lb1'], exclude: [] }, false],
  ['the new holder is left out', { limit: [], exclude: ['lb2'] }, false],
  ['the new holder cannot be reached', { limit: [], exclude: [] }, true],
] as const) {
  test(`${title}: the old one keeps the VIP, whatever is forced`, async (t) => {
    const w = await settled(t);
    w.sim.cut('lb2', away);
    const { results, dangers } = await move(w, { selection });
    w.sim.cut('lb2', false);
    t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb1']);
    t.deepEqual(dangers, []);
    t.regex(
      results.find(({ host }) => host === 'lb1')?.message ?? '',
      /^it keeps 172\.16\.100\.1, which should be on lb2, which (is not in this plan|cannot be reached): apply to both at once$/,
    );
    await w.settle(moved);
    t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2']);
  });
}

test('a director becomes a real server of the one that takes its VIP, and stays a director of another cluster', async (t) => {
  const w = await settled(t);
  const both = moved.replace('rs2: 172.16.100.8 }\n', 'rs2: 172.16.100.8, lb1: 172.16.100.2 }\n');
  t.not(both, moved);
  await w.settle(both);
  t.is(await w.sim.shell('lb1', `ip -o -4 addr show | grep -c ' eth0 .* ${vip}/' || true`), '0\n');
  t.regex(await w.sim.shell('lb2', 'ip -o addr'), / eth0 .* 172\.16\.100\.1\/32 /);
  t.regex(await w.sim.shell('lb2', 'ipvsadm -Sn'), /-r 172\.16\.100\.2:80/);
});

test('an engine takes over a VIP that a director of another cluster had', async (t) => {
  const pair = two.replace(
    /vip: 172\.16\.100\.1\n.*\n/,
    `vip: ${vip}\n    failover: { engine: keepalived }\n    directors: { lb3: 172.16.100.4/24, lb4: 172.16.100.12/24 }\n`,
  );
  t.not(pair, two);
  const w = await world(t, pair);
  await w.settle(two);
  const locked = await w.plan(pair);
  await w.sim.shell('lb3', lock);
  await w.apply(locked);
  t.deepEqual(await holders(w, 'lb1'), ['lb1']);
  await w.sim.shell('lb3', 'rm -r var/lib/lvsform/lock');
  await w.settle(pair);
  t.deepEqual(await holders(w, 'lb1'), []);
  t.regex(await w.sim.shell('lb4', 'cat etc/keepalived/keepalived.conf'), /172\.16\.100\.1/);
});

for (const selection of [
  { limit: ['real-servers'], exclude: [] },
  { limit: [], exclude: ['lb1'] },
]) {
  test(`real servers keep a VIP while a director may send to them that is not in the plan: ${JSON.stringify(selection)}`, async (t) => {
    const w = await world(t, dr);
    await w.settle(dr);
    const plan = await w.plan(dr.replace('vip: 172.16.100.1', 'vip: 172.16.100.4'), { selection });
    const results = await w.apply(plan);
    t.deepEqual(await holders(w, 'rs1', 'rs2'), ['rs1', 'rs2']);
    t.regex(JSON.stringify(results), /not retired, since lb1 may still send to it, and is not in this plan/);
    await w.settle(dr.replace('vip: 172.16.100.1', 'vip: 172.16.100.4'));
    t.deepEqual(await holders(w, 'rs1', 'rs2'), []);
  });
}

test('a director that becomes a real server gives its VIP up first, also when the first try failed', async (t) => {
  const w = await settled(t);
  const plan = await w.plan(served);
  const held = await w.sim.shell('lb1', `${lock}; echo done`);
  t.is(held, 'done\n');
  t.is(outcomes(await w.apply(plan))['lb1'], 'locked');
  await w.sim.shell('lb1', 'rm -r var/lib/lvsform/lock');
  const again = await w.plan(served);
  const taker = again.transactions.find(({ id }) => id === 'lb2 take')!;
  const giver = again.transactions.find(({ host, stages }) => host === 'lb1' && stages.includes('retire'))!;
  t.true(
    taker.after.some(({ transaction }) => transaction === giver.id),
    JSON.stringify(again.transactions),
  );
  await w.apply(again);
  t.is(await w.sim.shell('lb1', `ip -o -4 addr show | grep -c ' eth0 .* ${vip}/' || true`), '0\n');
  await w.settle(served);
  t.deepEqual(await holders(w, 'lb2'), ['lb2']);
});

test('a director that becomes a real server keeps its VIP while the new one waits, however often it is tried', async (t) => {
  const w = await settled(t);
  w.sim.cut('rs1', true);
  for (const _ of ['once', 'again', 'and again']) {
    await w.apply(await w.plan(served));
    t.is(await w.sim.shell('lb1', `ip -o -4 addr show | grep -c ' eth0 .* ${vip}/' || true`), '1\n');
    t.deepEqual(await holders(w, 'lb2'), []);
  }
  w.sim.cut('rs1', false);
  await w.settle(served);
  t.deepEqual(await holders(w, 'lb2'), ['lb2']);
});

/** Moves web, while lb2 cannot take the VIP, or lvsform itself ends at that moment. */
async function interrupted(
  w: World,
  edit: (script: string) => string | Promise<string>,
): Promise<HostResult[]> {
  const plan = await w.plan(moved);
  const own = editing(w.hosts, (script, { name }) =>
    name === 'lb2' && script.includes(`addr add ${vip}/32`) ? edit(script) : script,
  );
  return w.apply(plan, own);
}

test('the new holder fails to take the VIP: the summary says that no director has it, and the next apply gives it one', async (t) => {
  const w = await settled(t);
  const results = await interrupted(w, (script) => script.replaceAll(`ip addr add ${vip}/32`, 'false'));
  t.deepEqual(await holders(w, 'lb1', 'lb2'), []);
  const lb2 = results.find(({ host }) => host === 'lb2')!;
  t.is(lb2.outcome, 'in-part');
  t.regex(
    lb2.message ?? '',
    /^prepared; not given its VIPs: could not .*; the host is as it was before this part; no director has 172\.16\.100\.1 now, since lb1 gave it up: plan again and apply, and it is taken/,
  );
  await w.settle(moved);
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2']);
});

test('lvsform ends after the old holder has given the VIP up: the next apply gives it to the new one', async (t) => {
  const w = await settled(t);
  const ends = new Error('the controller is killed');
  await t.throwsAsync(
    interrupted(w, () => Promise.reject(ends)),
    { is: ends },
  );
  t.deepEqual(await holders(w, 'lb1', 'lb2'), []);
  t.regex(w.text(await w.plan(moved)), /\+ .*172\.16\.100\.1\/32 on eth0/);
  await w.settle(moved);
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2']);
});

test('the old holder is not heard of: the summary says that perhaps no director has the VIP', async (t) => {
  const w = await settled(t);
  const plan = await w.plan(moved);
  const own: Hosts = {
    ...editing(w.hosts, (script) => script),
    run: async (target, script, within) => {
      const raw = await w.hosts.run(target, script, within);
      if (target.name !== 'lb1' || !script.includes('take_lock')) return raw;
      w.sim.cut('lb1', true);
      throw new HostFailure('the connection was lost', { reason: 'unreachable' });
    },
  };
  const results = await w.apply(plan, own);
  t.regex(
    results.find(({ host }) => host === 'lb2')?.message ?? '',
    /not given its VIPs, since lb1 should give up 172\.16\.100\.1 first, but cannot be reached; perhaps no director has 172\.16\.100\.1 now, if lb1 gave it up: plan again and apply, and it is taken/,
  );
  w.sim.cut('lb1', false);
  await w.settle(moved);
  t.deepEqual(await holders(w, 'lb1', 'lb2'), ['lb2']);
});
