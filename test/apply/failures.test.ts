import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { hasChanges } from '../../src/plan/plan.ts';
import { applyPlan } from '../../src/apply/run.ts';
import { HostFailure, type Hosts, type Target } from '../../src/port.ts';
import { dr, nat } from '../support/inventories.ts';
import { library } from '../support/library.ts';
import { outcomes, testClock, wholeTree, world } from '../support/world.ts';

const run = promisify(execFile);
const withTime = dr.replace('    services:', '    time: { servers: [SERVER] }\n    services:');

test('a step that fails puts its host back as it was, and says what failed', async (t) => {
  const w = await world(t, dr);
  await w.sim.shell('lb1', 'touch .sim/refuse-lvs-director.service');
  const before = await w.sim.shell('lb1', wholeTree);
  const results = await w.apply(await w.plan());
  t.deepEqual(outcomes(results), { lb1: 'rolled-back', rs1: 'changed', rs2: 'changed' });
  const [lb1] = results;
  t.is(
    lb1?.message,
    'could not start lvs-director; the host is as it was, except for module:ip_vs, module:ip_vs_wlc',
  );
  t.regex(lb1?.output ?? '', /control process exited/);
  t.is(await w.sim.shell('lb1', wholeTree), before);
  await w.sim.shell('lb1', 'rm .sim/refuse-lvs-director.service');
  await w.settle();
});

test('a host that fails on a later change keeps what it had before', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  const before = await w.sim.shell('lb1', wholeTree);
  await w.sim.shell('lb1', 'touch .sim/no-package-chrony');
  const results = await w.apply(await w.plan(withTime.replace('SERVER', '10.0.0.1').replace('wlc', 'rr')));
  t.is(outcomes(results)['lb1'], 'rolled-back');
  await w.sim.shell('lb1', 'rm .sim/no-package-chrony');
  const withoutBackups = (tree: string): string[] =>
    tree.split('\n').filter((line) => !line.includes('/backup'));
  t.deepEqual(withoutBackups(await w.sim.shell('lb1', wholeTree)), withoutBackups(before));
});

test('a configuration that its own daemon refuses never replaces the old one', async (t) => {
  const w = await world(t, withTime.replace('SERVER', '10.0.0.1'));
  await w.settle();
  const path = 'etc/chrony/chrony.conf';
  const before = await w.sim.shell('rs1', `cat ${path}`);
  const results = await w.apply(await w.plan(withTime.replace('SERVER', 'nonsense')));
  t.is(outcomes(results)['rs1'], 'rolled-back');
  t.regex(results[1]?.output ?? '', /Invalid directive/);
  t.is(await w.sim.shell('rs1', `cat ${path}`), before);
  t.is(await w.sim.shell('rs1', 'find etc -name "*.lvsform"'), '');
});

test('a plan is refused when the host is no longer what was observed, and names what changed', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  await w.sim.shell('rs1', 'echo 1 > proc/sys/net/ipv4/conf/all/arp_ignore');
  const results = await w.apply(plan);
  t.is(outcomes(results)['rs1'], 'stale');
  t.regex(results[1]?.message ?? '', /this changed: sysctl:net\.ipv4\.conf\.all\.arp_ignore/);
  t.is(outcomes(results)['lb1'], 'skipped');
  t.is(await w.sim.shell('rs1', 'ls -A var/lib'), '');
});

test('a lock whose process lives is respected, and tells who holds it', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  const stat = await readFile(`/proc/${process.pid}/stat`, 'utf8');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  await w.sim.shell(
    'rs1',
    `mkdir -p var/lib/lvsform/lock; echo "${process.pid} ${started}" > var/lib/lvsform/lock/process; printf 'eve@there\\n2026-01-01\\na test\\n' > var/lib/lvsform/lock/holder`,
  );
  const results = await w.apply(plan);
  t.is(outcomes(results)['rs1'], 'locked');
  t.is(
    results[1]?.message,
    'locked by eve@there since 2026-01-01 (a test); wait for it to end. To look: lvsform lock status rs1; if it hangs: lvsform lock release rs1',
  );
});

test('a lock whose process has died is taken over', async (t) => {
  const w = await world(t, dr);
  await w.sim.shell('rs1', 'mkdir -p var/lib/lvsform/lock; echo "999999 1" > var/lib/lvsform/lock/process');
  t.deepEqual(outcomes(await w.apply(await w.plan())), { lb1: 'changed', rs1: 'changed', rs2: 'changed' });
  t.is(await w.sim.shell('rs1', 'ls var/lib/lvsform | grep lock || true'), '');
});

test('a director is not made to send to a host that cannot be reached; the others go on', async (t) => {
  const w = await world(t, dr);
  w.sim.cut('rs2', true);
  const plan = await w.plan();
  t.regex(w.text(plan), /rs2: unreachable/);
  const results = await w.apply(plan);
  t.deepEqual(outcomes(results), { lb1: 'skipped', rs1: 'changed', rs2: 'unreachable' });
  t.regex(results[0]?.message ?? '', /it would send to rs2, which cannot be reached/);
  w.sim.cut('rs2', false);
  await w.settle();
});

test('a dead real server does not keep its director from being changed otherwise', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  w.sim.cut('rs2', true);
  const results = await w.apply(
    await w.plan(dr.replace('rs2: 172.16.100.8', 'rs2: { address: 172.16.100.8, weight: 0 }')),
  );
  t.deepEqual(outcomes(results), { lb1: 'changed', rs1: 'ok', rs2: 'unreachable' });
});

/** Hosts whose answer is lost: before the script began, or after it ended. */
function losing(hosts: Hosts, name: string, when: 'before' | 'after'): Hosts {
  let lost = false;
  return {
    run: async (target, script) => {
      const loses = target.name === name && !lost;
      if (loses) lost = true;
      if (loses && when === 'before') throw new HostFailure('the connection was lost');
      const answer = await hosts.run(target, script);
      if (loses) throw new HostFailure('the connection was lost');
      return answer;
    },
    runAnew: (target, script) => hosts.runAnew(target, script),
    release: (target) => hosts.release(target),
    wayTo: (target) => hosts.wayTo(target),
  };
}

test('when the connection is lost, the host is asked what became of it', async (t) => {
  const w = await world(t, dr);
  const before = await w.apply(await w.plan(), losing(w.hosts, 'rs1', 'before'));
  t.deepEqual(outcomes(before), { lb1: 'skipped', rs1: 'rolled-back', rs2: 'changed' });
  t.regex(before[1]?.message ?? '', /the host is as it was/);
  const after = await w.apply(await w.plan(), losing(w.hosts, 'rs1', 'after'));
  t.deepEqual(outcomes(after), { lb1: 'changed', rs1: 'changed', rs2: 'ok' });
  t.false(hasChanges(await w.plan()));
});

test('what cannot be planned is told with what to do', async (t) => {
  const w = await world(t, dr);
  const wrong = await w.plan(dr.replace('web:', 'web:\n    defaults: { interface: ens3 }'));
  t.regex(w.text(wrong), /172\.16\.100\.7 is on eth0, not on ens3; write interface: eth0 for this host/);
  await w.sim.shell('rs1', 'rm etc/debian_version; echo "PRETTY_NAME=\\"Plan 9\\"" > etc/os-release');
  t.regex(w.text(await w.plan()), /neither Debian nor RHEL 6 or later \(it says: Plan 9\)/);
  await w.sim.shell('rs2', 'mkdir -p var/lib/lvsform; echo "{" > var/lib/lvsform/manifest.json');
  t.regex(w.text(await w.plan()), /manifest\.json is not JSON/);
});

test('a host that cannot be reached anew after its default route changed takes the change back by itself', async (t) => {
  const w = await world(t, nat);
  const before = await w.sim.shell('rs1', wholeTree);
  const cutOff: Hosts = {
    run: (target, script) => w.hosts.run(target, script),
    runAnew: (target, script) =>
      target.name === 'rs1' ? Promise.reject(new HostFailure('no route')) : w.hosts.runAnew(target, script),
    release: (target) => w.hosts.release(target),
    wayTo: (target) => w.hosts.wayTo(target),
  };
  const selection = { limit: ['lb1', 'rs1'], exclude: [] };
  const results = await w.apply(await w.plan(undefined, { selection }), cutOff, 1);
  t.deepEqual(outcomes(results), { lb1: 'skipped', rs1: 'rolled-back' });
  t.regex(
    results[1]?.message ?? '',
    /could not be reached over a new connection after the change; the host is as it was/,
  );
  t.is(await w.sim.shell('rs1', wholeTree), before);
  await w.settle();
});

test('a host whose old connection dies by the change is reached anew, and has changed', async (t) => {
  const w = await world(t, nat);
  const stalled: Hosts = {
    run: (target, script) =>
      target.name === 'rs1' && script.includes('confirm()')
        ? w.hosts.run(target, script).then(() => new Promise<string>(() => {}))
        : w.hosts.run(target, script),
    runAnew: (target, script) => w.hosts.runAnew(target, script),
    release: (target) => w.hosts.release(target),
    wayTo: (target) => w.hosts.wayTo(target),
  };
  t.deepEqual(outcomes(await w.apply(await w.plan(), stalled)), {
    lb1: 'changed',
    rs1: 'changed',
    rs2: 'changed',
  });
  t.false(hasChanges(await w.plan()));
});

test('where no copy can be kept of what is there, nothing is changed', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  await w.sim.shell('lb1', 'rm -r var/lib/lvsform/backup; echo full > var/lib/lvsform/backup');
  const before = await w.sim.shell('lb1', wholeTree);
  const results = await w.apply(await w.plan(dr.replace('wlc', 'rr')));
  t.is(outcomes(results)['lb1'], 'rolled-back');
  t.is(results[0]?.message, 'could not keep a copy of what is there; the host is as it was');
  t.is(await w.sim.shell('lb1', wholeTree), before);
});

test('once the user stops, what was begun ends and nothing more is begun', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  let runs = 0;
  const surroundings = {
    hosts: {
      run: (target: Target, script: string) => {
        runs += 1;
        return w.hosts.run(target, script);
      },
      runAnew: (target: Target, script: string) => w.hosts.runAnew(target, script),
      release: (target: Target) => w.hosts.release(target),
      wayTo: (target: Target) => w.hosts.wayTo(target),
    },
    clock: testClock,
    emit: () => {},
    stopped: () => runs > 0,
  };
  const results = await applyPlan(plan, { who: 'test', since: 'now', why: 'a test' }, 1, surroundings);
  t.deepEqual(outcomes(results), { lb1: 'skipped', rs1: 'changed', rs2: 'skipped' });
  t.regex(results[2]?.message ?? '', /the run was stopped before this was started/);
});

test('the scripts that go to the hosts pass shellcheck, dash and bash', async (t) => {
  for (const inventory of [dr, nat]) {
    const w = await world(t, inventory);
    const scripts: string[] = [];
    const watched: Hosts = {
      run: (target, script) => {
        scripts.push(script);
        return w.hosts.run(target, script);
      },
      runAnew: (target, script) => w.hosts.runAnew(target, script),
      release: (target) => w.hosts.release(target),
      wayTo: (target) => w.hosts.wayTo(target),
    };
    await w.apply(await w.plan(), watched);
    await w.apply(await w.plan(undefined, { destroy: true }), watched);
    // To destroy takes two for each host: what lvsform kept there goes once the host was read.
    t.is(scripts.length, 9);
    const folder = await mkdtemp(join(tmpdir(), 'lvsform-shell-'));
    t.teardown(() => rm(folder, { recursive: true }));
    for (const [index, script] of scripts.entries()) {
      const file = join(folder, String(index));
      await writeFile(file, library.readable(script));
      await t.notThrowsAsync(
        run('shellcheck', ['-s', 'sh', '-S', 'warning', '-e', 'SC2034,SC2141,SC2174,SC2317', file]),
      );
      for (const shell of ['dash', 'bash']) await t.notThrowsAsync(run(shell, ['-n', file]));
    }
  }
});
