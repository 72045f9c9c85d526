import test from 'ava';
import { type HostPlan, type Plan, planVersion } from '../../src/plan/plan.ts';
import { everything } from '../../src/plan/policy.ts';
import { planText } from '../../src/report/plan-text.ts';
import { plain } from '../../src/report/style.ts';
import { planOf, ready, realServer } from '../support/plans.ts';

/** What a plan says of a document that changes so. */
function told(before: string, after: string): string[] {
  const path = '/etc/hosts';
  const plan: Plan = {
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
    hosts: [
      {
        host: 'rs1',
        ssh: { host: 'rs1', sudo: false },
        clusters: ['web'],
        sends: false,
        directs: false,
        served: false,
        preferred: false,
        departed: false,
        state: {
          is: 'ready',
          family: 'debian',
          system: 'Debian',
          frame: 'f',
          fingerprint: 'f',
          resources: [],
          changes: [
            {
              id: 'block:/etc/hosts',
              verb: 'change',
              title: 'lines in /etc/hosts',
              details: [{ path, before, after }],
              actions: [],
              interrupts: [],
            },
          ],
          roster: [],
          parting: [],
          notes: [],
          active: 0,
          holds: [],
          manifest: undefined,
          leaving: {},
          held: {},
          policy: everything,
          ours: [],
        },
      },
    ],
  };
  const lines = planText(plan, plain, true).split('\n');
  return lines.slice(2, lines.indexOf('')).map((line) => line.trim());
}

const lines = (count: number, word: string): string =>
  Array.from({ length: count }, (_, at) => `${word}${at}\n`).join('');

test('two texts that have nothing in common are not compared line by line', (t) => {
  t.deepEqual(told(lines(30_000, 'a'), lines(30_001, 'b')), [
    '30000 lines before, 30001 after: too different to show',
  ]);
  t.deepEqual(told(lines(30_000, 'a'), `${lines(30_000, 'b')}c`), [
    '30000 lines before, 30001 after: too different to show',
  ]);
});

test('a long text that changes in a few lines is shown as a difference', (t) => {
  const before = lines(30_000, 'a');
  t.deepEqual(told(before, before.replace('a20000\n', 'b\nc\n')), [
    '@@ -19999,5 +19999,6 @@',
    'a19998',
    'a19999',
    '-a20000',
    '+b',
    '+c',
    'a20001',
    'a20002',
  ]);
});

test('a long text that is new, or that goes, is shown whole', (t) => {
  const text = lines(3000, 'a').split('\n').slice(0, -1);
  t.deepEqual(
    told('', lines(3000, 'a')),
    text.map((line) => `+${line}`),
  );
  t.deepEqual(told(lines(3000, 'a'), ''), ['@@ -1,3000 +0,0 @@', ...text.map((line) => `-${line}`)]);
});

test('a host on which something is held back is not called as wanted', (t) => {
  const [same, waits] = [
    realServer('rs1'),
    realServer('rs2', (each) => ready(each, () => ({ held: { a: 'change a' } }))),
  ];
  const summary = (...hosts: readonly HostPlan[]): string =>
    planText(planOf(hosts, []), plain, false).trimEnd().split('\n').at(-1)!;
  t.is(summary(same), 'No changes: 1 host is as wanted.');
  t.is(
    summary(same, waits),
    'Nothing to do: all that differs on rs2 is held back (--allow). No changes: 1 host is as wanted.',
  );
  t.is(summary(waits), 'Nothing to do: all that differs on rs2 is held back (--allow).');
});
