import test from 'ava';
import { hostResult } from '../../src/apply/host-result.ts';
import type { TransactionResult } from '../../src/apply/outcome.ts';
import type { HostPlan, Ready, Transaction } from '../../src/plan/plan.ts';
import { summaryText } from '../../src/report/apply-text.ts';
import type { Outcome } from '../../src/plan/events.ts';
import { eventJson } from '../../src/report/json.ts';
import { plain } from '../../src/report/style.ts';
import { dr } from '../support/inventories.ts';
import { outcomes, world } from '../support/world.ts';

const rs1: HostPlan = {
  host: 'rs1',
  ssh: { host: 'rs1', sudo: false },
  clusters: ['web'],
  sends: false,
  preferred: false,
  directs: false,
  served: false,
  departed: false,
  state: { is: 'ready' } as Ready,
};
const transactions: Readonly<Record<string, Transaction>> = {
  prepare: { id: 'rs1 prepare', host: 'rs1', stages: ['prepare'], after: [] },
  retire: { id: 'rs1 retire', host: 'rs1', stages: ['retire'], after: [] },
  roster: { id: 'rs1 roster', host: 'rs1', stages: [], after: [] },
};
const ended = (
  results: Readonly<Record<string, TransactionResult>>,
): { transaction: Transaction; result: TransactionResult }[] =>
  Object.entries(results).map(([part, result]) => ({ transaction: transactions[part]!, result }));
const changed: TransactionResult = { outcome: 'changed' };
const came = (outcome: Outcome, message = 'why'): TransactionResult => ({
  outcome,
  message,
  output: 'said',
});

/** Prepared, and then this came of the second part: the host's outcome, and how it is told. */
const second: readonly (readonly [Outcome, Outcome, string])[] = [
  ['failed', 'failed', 'prepared; not retired: why'],
  ['half-undone', 'half-undone', 'prepared; not retired: why'],
  ['rolled-back', 'in-part', 'prepared; not retired: why'],
  ['locked', 'in-part', 'prepared; not retired: why'],
  ['stale', 'in-part', 'prepared; not retired: why'],
  ['skipped', 'in-part', 'prepared; not retired, since why'],
  ['refused', 'in-part', 'prepared; not retired: why'],
  ['host-key', 'in-part', 'prepared; not retired: why'],
  ['sudo', 'in-part', 'prepared; not retired: why'],
  ['unreachable', 'unreachable', 'prepared; it is not known whether it was retired: why'],
  ['broken', 'broken', 'prepared; it is not known whether it was retired: why'],
];

for (const [left, outcome, message] of second) {
  test(`prepared, and then ${left}: the summary says what was done, what was not, and why`, (t) => {
    const result = hostResult(rs1, ended({ prepare: changed, retire: came(left) }));
    t.deepEqual(result, {
      host: 'rs1',
      outcome,
      message,
      output: 'said',
      done: ['prepare'],
      left: [{ part: 'retire', outcome: left, message: 'why' }],
    });
  });
}

test('three parts: each is told', (t) => {
  const retired = hostResult(rs1, ended({ prepare: changed, retire: changed, roster: came('skipped') }));
  t.like(retired, {
    outcome: 'in-part',
    message: 'prepared; retired; not written into the roster, since why',
  });
  const worst = hostResult(
    rs1,
    ended({
      prepare: changed,
      retire: came('rolled-back'),
      roster: came('skipped', 'rs1 was rolled back'),
    }),
  );
  t.is(worst.outcome, 'in-part');
  t.is(worst.message, 'prepared; not retired: why; not written into the roster, since rs1 was rolled back');
  t.deepEqual(
    worst.left?.map(({ part }) => part),
    ['retire', 'roster'],
  );
});

test('where nothing was done the worst of the parts is told, and all done is changed', (t) => {
  const none = hostResult(rs1, ended({ prepare: came('rolled-back', 'could not'), retire: came('skipped') }));
  t.like(none, { outcome: 'rolled-back', message: 'could not', done: [] });
  t.deepEqual(hostResult(rs1, ended({ prepare: changed, retire: changed })), {
    host: 'rs1',
    outcome: 'changed',
  });
  t.deepEqual(
    hostResult(rs1, ended({ prepare: { outcome: 'applied', message: 'at noon' }, retire: changed })),
    {
      host: 'rs1',
      outcome: 'changed',
      message: 'prepared already: at noon',
    },
  );
});

const moved = dr.replace('vip: 172.16.100.1', 'vip: 172.16.100.5');

test('real servers are prepared for a new VIP while their director is locked: changed in part, in text and JSON', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  await w.sim.shell(
    'lb1',
    `mkdir -p var/lib/lvsform/lock; read -r stat < /proc/${process.pid}/stat; set -- \${stat##*) }; shift 19
     echo "${process.pid} $1" > var/lib/lvsform/lock/process; printf 'eve@there\\n2026-01-01\\na test\\n' > var/lib/lvsform/lock/holder`,
  );
  const results = await w.apply(await w.plan(moved));
  t.deepEqual(outcomes(results), { lb1: 'locked', rs1: 'in-part', rs2: 'in-part' });
  const text = summaryText(results, plain);
  t.regex(text, /Summary: 1 locked, 2 changed in part/);
  t.regex(text, /rs1: changed in part: prepared; not retired, since lb1 is locked\n/);
  const told = eventJson({ type: 'summary', results }, 'a plan') as { results: unknown[] };
  t.like(told.results[1], {
    host: 'rs1',
    outcome: 'in-part',
    done: ['prepare'],
    left: [{ part: 'retire', outcome: 'skipped', message: 'lb1 is locked' }],
  });
  await w.sim.shell('lb1', 'rm -r var/lib/lvsform/lock');
  await w.settle(moved);
});

test('a second part that fails leaves the first one done, and says so', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  const plan = await w.plan(moved);
  await w.sim.shell('rs1', 'mkdir .sim/bin; printf "#!/bin/sh\\nexit 9\\n" > .sim/bin/cp');
  const watched = {
    ...w.hosts,
    release: () => {},
    wayTo: w.hosts.wayTo.bind(w.hosts),
    runAnew: w.hosts.runAnew.bind(w.hosts),
    run: async (...[target, script]: Parameters<typeof w.hosts.run>) => {
      if (target.name === 'rs1' && script.includes('-retire"'))
        await w.sim.shell('rs1', 'chmod 755 .sim/bin/cp');
      return w.hosts.run(target, script);
    },
  };
  const results = await w.apply(plan, watched);
  await w.sim.shell('rs1', 'rm -r .sim/bin');
  t.deepEqual(outcomes(results), { lb1: 'changed', rs1: 'in-part', rs2: 'changed' });
  t.regex(
    results[1]?.message ?? '',
    /^prepared; not retired: could not .+; the host is as it was before this part$/,
  );
  await w.settle(moved);
});
