import test from 'ava';
import { type Outcome, outcomes } from '../../src/plan/events.ts';
import { exitStatuses, exitStatusOf, outcomeOf, signalStatuses } from '../../src/report/exit-statuses.ts';

/** Every outcome with its exit status; the compiler demands a line for each. */
const expected: Record<Outcome, number> = {
  ok: 0,
  changed: 0,
  applied: 0,
  'in-part': 7,
  failed: 1,
  'rolled-back': 5,
  'half-undone': 1,
  stale: 4,
  locked: 6,
  unreachable: 3,
  broken: 1,
  unknown: 1,
  refused: 8,
  'host-key': 8,
  sudo: 8,
  blocked: 1,
  skipped: 1,
};

test('every outcome stands in one row of the table, the gravest first, and leads to its exit status', (t) => {
  t.deepEqual(
    exitStatuses.flatMap((row) => row.outcomes),
    outcomes,
  );
  for (const [outcome, status] of Object.entries(expected))
    t.is(exitStatusOf(['changed', outcome as Outcome]), status, outcome);
});

test('of several outcomes the gravest counts, and a signal counts where nothing failed', (t) => {
  t.is(exitStatusOf(['unreachable', 'stale', 'failed']), 1);
  t.is(exitStatusOf(['unreachable', 'locked', 'rolled-back']), 5);
  t.is(exitStatusOf(['skipped', 'unreachable']), 3);
  for (const [signal, status] of Object.entries(signalStatuses)) {
    t.is(exitStatusOf(['changed', 'in-part', 'skipped'], signal as 'SIGINT'), status);
    t.is(exitStatusOf([], signal as 'SIGINT'), status);
    t.is(exitStatusOf(['failed'], signal as 'SIGINT'), 1);
    t.true(exitStatuses.some((row) => row.status === status));
  }
});

test('a host that could not be planned has the exit status of what kept it from that', (t) => {
  for (const why of ['unreachable', 'refused', 'host-key', 'sudo', 'broken'] as const)
    t.is(outcomeOf({ is: 'unreachable', reason: 'x', why }), why);
  t.is(outcomeOf({ is: 'blocked', reasons: ['x'] }), 'blocked');
});
