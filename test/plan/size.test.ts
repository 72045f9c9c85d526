import test from 'ava';
import { writePlan } from '../../src/plan/file.ts';
import { type Plan, planVersion, type Ready } from '../../src/plan/plan.ts';
import { everything } from '../../src/plan/policy.ts';
import { withinSize } from '../../src/plan/size.ts';
import { UnusableAnswer } from '../../src/shell/unusable.ts';
import { UserError } from '../../src/user-error.ts';

function ready(notes: readonly string[]): Ready {
  return {
    is: 'ready',
    family: 'debian',
    system: 'Debian',
    frame: 'f',
    fingerprint: 'f',
    resources: [],
    changes: [],
    roster: [],
    parting: [],
    notes,
    active: 0,
    holds: [],
    manifest: undefined,
    leaving: {},
    held: {},
    policy: everything,
    ours: [],
  };
}

function planOf(hosts: Readonly<Record<string, Ready>>): Plan {
  return {
    version: planVersion,
    id: '1',
    createdAt: '2026-01-01T00:00:00.000Z',
    inventory: 'inventory.yaml',
    name: 'test',
    limit: [],
    exclude: [],
    destroy: false,
    secrets: [],
    dangers: [],
    transactions: [],
    hosts: Object.entries(hosts).map(([host, state]) => ({
      host,
      ssh: { host, sudo: false },
      clusters: ['web'],
      sends: false,
      directs: false,
      served: false,
      preferred: false,
      departed: false,
      state,
    })),
  };
}

/** A note that becomes longer than any text can be. */
const endless = { toJSON: () => 'x'.repeat(2 ** 30) } as unknown as string;

test('a plan that cannot be written is an error that names the hosts of which it is too large', (t) => {
  const plan = planOf({ rs1: ready([endless]), rs2: ready([]), rs3: ready(['x'.repeat(3_000_000)]) });
  const error = t.throws(() => writePlan(plan), { instanceOf: UserError });
  t.is(
    error.message,
    'the plan is too large to be written; most of it comes from rs1 (more than 512 MiB), rs3 (3 MiB), rs2 (1 MiB)',
  );
});

test('an error that has nothing to do with its size stays what it is', (t) => {
  const odd = { toJSON: () => (1).toFixed(1000) } as unknown as string;
  t.throws(() => writePlan(planOf({ rs1: ready([odd]) })), { instanceOf: RangeError });
});

test('what one host brings into a plan has a bound', (t) => {
  const honest = ready(['x'.repeat(5_000_000)]);
  t.is(withinSize(honest), honest);
  // Each takes six characters in JSON.
  const error = t.throws(() => withinSize(ready(['\x01'.repeat(6_000_000)])), { instanceOf: UnusableAnswer });
  t.regex(error.message, /^its answer would take 35 MiB of the plan; the limit for a host is 32 MiB$/);
});

test('what is said of an answer that cannot be used is short, however long the host made it', (t) => {
  t.true(new UnusableAnswer('x'.repeat(1_000_000)).message.length < 3000);
});
