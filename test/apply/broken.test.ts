import { readFile } from 'node:fs/promises';
import test from 'ava';
import { type FailureReason, HostFailure, type Hosts } from '../../src/port.ts';
import { summaryText } from '../../src/report/apply-text.ts';
import { exitStatusOf } from '../../src/report/exit-statuses.ts';
import { planJson } from '../../src/report/json.ts';
import { plain } from '../../src/report/style.ts';
import { beforeCommand, killHolder } from '../support/before-command.ts';
import { dr } from '../support/inventories.ts';
import { outcomes, type World, world } from '../support/world.ts';

/** Hosts of which one answers by `answer` when it is to change something; the others as they are. */
function answering(w: World, name: string, answer: (script: string) => Promise<string>): Hosts {
  return {
    run: (target, script, within) =>
      target.name === name && script.includes('take_lock')
        ? answer(script)
        : w.hosts.run(target, script, within),
    runAnew: (target, script) => w.hosts.runAnew(target, script),
    release: (target) => w.hosts.release(target),
    wayTo: (target) => w.hosts.wayTo(target),
  };
}
const target = (name: string) => ({ name, ssh: { host: name, sudo: false } });
/** What a transaction printed up to a step, as a broken connection leaves it. */
const upTo = (raw: string, step: string): string =>
  raw.slice(0, raw.indexOf(` step ${step}\n`) + 8 + step.length);

test('a shell that was killed in the midst: the step, what it leaves, and that its lock is taken over', async (t) => {
  const w = await world(t, dr);
  await beforeCommand(w, 'rs1', 'systemctl', `[ "$1" != start ] || { ${killHolder}; }`);
  const results = await w.apply(await w.plan());
  t.is(outcomes(results)['rs1'], 'half-undone');
  t.regex(results[1]?.message ?? '', /its shell was killed, and the next run takes over its lock/);
  t.regex(
    results[1]?.message ?? '',
    /the host is neither as it was nor as planned. This still differs: .+plan again$/,
  );
  await w.sim.shell('rs1', 'rm -r .sim/bin');
  await w.settle();
});

test('an answer that breaks off: what had been received is told, and the host is asked', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  const cut = answering(w, 'rs1', async (script) => {
    const raw = await w.hosts.run(target('rs1'), script);
    throw new HostFailure('its shell ended with a signal', { reason: 'broken', output: upTo(raw, '2') });
  });
  const results = await w.apply(plan, cut);
  t.is(outcomes(results)['rs1'], 'changed');
  t.regex(
    results[1]?.message ?? '',
    /^its shell ended with a signal; the last step that it started: .+ \(2 of \d+\); it finished all the same$/,
  );
});

test('an answer that is whole for ssh and has no outcome is not taken for one', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  const cut = answering(w, 'rs1', async () => '\n@x step 1\n');
  const results = await w.apply(plan, cut);
  t.is(outcomes(results)['rs1'], 'rolled-back');
  t.is(results[1]?.message, 'its answer was cut short; the host is as it was');
});

test('a host that hangs is not unreachable: the step, the process that holds the lock, and how to look', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  const stat = await readFile(`/proc/${process.pid}/stat`, 'utf8');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const hangs = answering(w, 'rs1', async (script) => {
    const raw = await w.hosts.run(target('rs1'), script);
    await w.sim.shell(
      'rs1',
      `mkdir -p var/lib/lvsform/lock; echo "${process.pid} ${started}" > var/lib/lvsform/lock/process; echo me > var/lib/lvsform/lock/holder`,
    );
    throw new HostFailure('it said nothing for 600 s (--silence)', {
      reason: 'broken',
      output: upTo(raw, 'keep'),
    });
  });
  const results = await w.apply(plan, hangs);
  t.is(outcomes(results)['rs1'], 'broken', JSON.stringify(results));
  t.regex(
    results[1]?.message ?? '',
    new RegExp(
      `^it said nothing for 600 s \\(--silence\\); the last step that it started: keep a copy of what is there; its process ${process.pid} is still running and holds the lock\\. To look: lvsform lock status rs1; if it hangs: lvsform lock release rs1$`,
    ),
  );
  t.regex(summaryText(results, plain), /rs1: gave an incomplete answer: it said nothing/);
  t.is(exitStatusOf(results.map(({ outcome }) => outcome)), 1);
});

test('a host that is gone for good after its answer was lost: what is not known is said', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  const gone = answering(w, 'rs1', async () => {
    w.sim.cut('rs1', true);
    throw new HostFailure('the connection was lost', { reason: 'broken' });
  });
  const results = await w.apply(plan, gone);
  t.is(outcomes(results)['rs1'], 'unreachable');
  t.regex(
    results[1]?.message ?? '',
    /^the connection was lost; then: nothing listens on .+; the outcome is not known: plan again$/,
  );
});

const refusals: readonly (readonly [Exclude<FailureReason, 'unreachable' | 'broken'>, string])[] = [
  ['refused', 'refused our login'],
  ['host-key', 'its host key is not trusted'],
  ['sudo', 'sudo refused us'],
];

for (const [reason, words] of refusals) {
  test(`${words}: a status of its own, in plan and in apply, and not unreachable`, async (t) => {
    const w = await world(t, dr);
    const plan = await w.plan();
    let asked = 0;
    const turnsAway = answering(w, 'rs1', () => {
      asked += 1;
      return Promise.reject(new HostFailure('what to do', { reason }));
    });
    const results = await w.apply(plan, turnsAway);
    t.deepEqual(outcomes(results), { lb1: 'skipped', rs1: reason, rs2: 'changed' });
    t.is(results[1]?.message, 'what to do');
    t.is(asked, 1);
    t.regex(summaryText(results, plain), new RegExp(`rs1: ${words}: what to do\n`));
    t.is(exitStatusOf(results.map(({ outcome }) => outcome)), 8);
    const refusing: Hosts = {
      ...turnsAway,
      run: (to, script, within) =>
        to.name === 'rs1'
          ? Promise.reject(new HostFailure('what to do', { reason }))
          : w.hosts.run(to, script, within),
    };
    const blind = await w.plan(undefined, {}, refusing);
    t.regex(w.text(blind), new RegExp(`rs1: ${words}\n  what to do\n`));
    t.like(planJson(blind), {
      hosts: [{ host: 'lb1' }, { host: 'rs1', state: reason, reasons: ['what to do'] }],
    });
    const then = await w.apply(blind);
    t.is(outcomes(then)['rs1'], reason);
    t.notRegex(JSON.stringify(then), /cannot be reached|unreachable/);
  });
}
