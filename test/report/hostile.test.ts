import fc from 'fast-check';
import test, { type ExecutionContext } from 'ava';
import { dr } from '../support/inventories.ts';
import { world } from '../support/world.ts';
import { eventLine, summaryText } from '../../src/report/apply-text.ts';
import { visible } from '../../src/text/clean.ts';
import { commandsText } from '../../src/report/commands-text.ts';
import type { Event, HostResult } from '../../src/plan/events.ts';
import { eventJson, planJson } from '../../src/report/json.ts';
import { labText, type ShownLab } from '../../src/report/lab-text.ts';
import { planText } from '../../src/report/plan-text.ts';
import { problemLines } from '../../src/report/problems.ts';
import { colours, painted } from '../../src/report/style.ts';
import { findingsText } from '../../src/report/verify-text.ts';
import type { Problem } from '../../src/inventory/problem.ts';
import type { Finding } from '../../src/verify/finding.ts';
import type { Plan } from '../../src/plan/plan.ts';

const word = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const style = colours(word);

/** What a hostile host says: colours, a title, the cursor, the alternate screen, C1, turned text, a line of ours. */
const payloads = [
  '\x1b[2m\x1b[8m',
  '\x1b[32m',
  '\x1b]0;title\x07',
  '\x1b]52;c;aGk=',
  '\x1b[1A\x1b[2K',
  '\r\x08\x7f',
  '\x9b31m\x9d0;x\x9c',
  '\u202egnp.exe\u2066\u200b\u{e0041}',
  '\nFORGED No changes: 3 hosts are as wanted.\n',
  '\ud800',
] as const;
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...payloads), fc.string({ unit: 'binary', maxLength: 8 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => `x${parts.join('')}`);

/** A value with every text in it made worse; what the code takes for a word of its own stays. */
function poisoned<T>(value: T, more: string, key = ''): T {
  if (typeof value === 'string') return (words.has(key) ? value : `${value}${more}`) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => poisoned(each as unknown, more, key)) as T;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, poisoned(each as unknown, more, name)]),
  ) as T;
}

/** Keys whose values are words of ours: a union's tag, a verb. */
const words = new Set([
  'rule',
  'is',
  'do',
  'verb',
  'kind',
  'stage',
  'outcome',
  'type',
  'severity',
  'sound',
  'stages',
]);

const steering =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|\ud800(?![\udc00-\udfff])/; // oxlint-disable-line no-control-regex -- these are what must not be there

/** Nothing steers the terminal but our own colours, and every line is ours. */
function isHarmless(t: ExecutionContext, text: string): void {
  const shown = painted(text, word);
  const bare = shown.replaceAll(/\x1b\[(?:32|33|31|1|2|0)m/g, ''); // oxlint-disable-line no-control-regex -- our own
  t.is(count(shown, '\x1b'), count(text, word), 'an escape sequence that no style made');
  t.notRegex(bare, steering);
  t.notRegex(bare, /^FORGED/m);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

test('a plan with hostile texts in every field shows them, and obeys none of them', async (t) => {
  const w = await world(t, dr);
  const first = await w.plan();
  await w.settle();
  await w.sim.shell('rs1', 'echo "net.x = 0" >> etc/sysctl.d/60-lvs-realserver.conf');
  const drift = await w.plan();
  const [host] = first.hosts;
  const broken: Plan = {
    ...drift,
    dangers: ['rs1: it loses all'],
    maxFailures: '1',
    hosts: [
      ...drift.hosts,
      { ...host!, departed: true, state: { is: 'unreachable', why: 'unreachable', reason: 'it is away' } },
      { ...host!, departed: true, state: { is: 'blocked', reasons: ['it is', 'broken'] } },
    ],
  };
  fc.assert(
    fc.property(hostile, fc.constantFrom(first, drift, broken), fc.boolean(), (more, plan, full) => {
      const bad = poisoned(plan, more);
      isHarmless(t, planText(bad, style, full));
      isHarmless(t, commandsText(bad, style));
    }),
    { numRuns: 60 },
  );
});

test('problems, findings, labs and what becomes of hosts: hostile texts in every field', (t) => {
  const problem: Problem = {
    rule: 'LVS001',
    severity: 'error',
    message: 'wrong',
    hint: 'mend it',
    path: ['clusters'],
    place: { file: 'inventory.yaml', line: 1, column: 1 },
  };
  const finding: Finding = {
    check: 'clocks',
    sound: 'no',
    text: 'rs1: late',
    details: ['by 3 s'],
    hint: 'run ntp',
  };
  const lab: ShownLab = {
    name: 'dr-123456',
    inventory: '/dr',
    bare: true,
    accelerator: 'kvm',
    networks: ['10.0.0.0/24'],
    machines: [
      {
        name: 'lb1',
        roles: ['director'],
        port: 1,
        gateways: ['10.0.0.1'],
        links: [{ interface: 'eth0', address: '10.0.0.2', prefix: 24, invented: true }],
      },
    ],
    times: { image: undefined, boot: 1 },
  };
  fc.assert(
    fc.property(hostile, (more) => {
      isHarmless(t, problemLines([poisoned(problem, more)], style));
      isHarmless(t, findingsText([poisoned(finding, more)], style));
      isHarmless(t, labText(poisoned(lab, more), `/ssh_config${more}`));
    }),
  );
});

test('events and results of hosts: no text of theirs steers the terminal', (t) => {
  const result: HostResult = {
    host: 'rs1',
    outcome: 'failed',
    message: 'could not',
    output: 'line 1\nline 2',
  };
  const events: readonly Event[] = [
    { type: 'observed', host: 'rs1', failure: 'away' },
    { type: 'transaction', transaction: 'rs1 prepare', host: 'rs1', steps: 2 },
    { type: 'transaction-end', transaction: 'rs1 prepare', ...result },
    { type: 'summary', results: [result] },
  ];
  fc.assert(
    fc.property(hostile, (more) => {
      for (const event of poisoned(events, more)) isSteady(t, eventLine(event, style));
      isSteady(t, summaryText(poisoned([result], more), style));
    }),
  );
});

/** `isHarmless`, but for lines: what a host printed has lines of its own. */
function isSteady(t: ExecutionContext, text: string): void {
  isHarmless(t, text.replaceAll('FORGED', ''));
}

test('JSON has every text as it was, and no character of it steers a terminal', async (t) => {
  const w = await world(t, dr);
  const plan = await w.plan();
  fc.assert(
    fc.property(hostile, (more) => {
      const whole = more.replaceAll(/\p{Cs}/gu, '');
      const value = {
        plan: planJson(poisoned(plan, whole)),
        event: eventJson({ type: 'observed', host: whole }, 'a plan'),
      };
      const shown = painted(`${JSON.stringify(value)}\n`);
      t.notRegex(shown, steering);
      t.is(shown.indexOf('\n'), shown.length - 1);
      t.deepEqual(JSON.parse(shown), JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 40 },
  );
});

test('a text cannot hold a mark of ours, since it cannot know the word', (t) => {
  t.is(painted(`${style.add('a')} \x1b[31mb`, word), '\x1b[32ma\x1b[0m \\u001b[31mb');
  t.is(painted('\x1b[31m\x9b\u202e\t\n'), '\\u001b[31m\\u009b\\u202e\t\n');
  t.is(visible('\u{e0041}'), '\\udb40\\udc41');
});
