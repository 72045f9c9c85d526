import test from 'ava';
import { drainingTogether } from '../../src/plan/draining.ts';
import { type Absent, orderHosts } from '../../src/plan/order.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import {
  adds,
  alsoDirector,
  blocked,
  director,
  drops,
  failed,
  givesUp,
  isNew,
  left,
  of,
  realServer,
  removes,
  sendsTo,
  stopsSendingTo,
  strikesOff,
  takes,
  unreachable,
  wasDirector,
  writes,
} from '../support/plans.ts';
import { skippedWhere } from '../support/rehearsal.ts';

/** Hosts that fail, and what is not begun for that. */
const failures: readonly (readonly [
  title: string,
  hosts: readonly HostPlan[],
  failing: string,
  skipped: readonly string[],
])[] = [
  [
    'a director that would send to it is not begun; the other real servers go on',
    [director('lb1', sendsTo('rs1')), realServer('rs1', adds()), realServer('rs2', adds())],
    'rs1',
    ['lb1'],
  ],
  [
    'a director that does not begin to send to it goes on',
    [director('lb1', writes()), realServer('rs1', adds())],
    'rs1',
    [],
  ],
  [
    'a director fails: real servers keep what it may still use',
    [director('lb1', stopsSendingTo('rs1')), realServer('rs1', drops()), realServer('rs2', adds())],
    'lb1',
    ['rs1'],
  ],
  [
    'one of two directors fails: the other one stays as it is, and so does what both use',
    [
      director('lb1', stopsSendingTo('rs1')),
      director('lb2', stopsSendingTo('rs1')),
      realServer('rs1', drops()),
    ],
    'lb1',
    ['lb1 retire', 'lb2 prepare', 'lb2 retire', 'rs1'],
  ],
  [
    'the one that gives up the VIP fails: no other one takes it',
    [director('lb1', isNew, takes()), director('lb2', left, givesUp())],
    'lb2',
    ['lb1'],
  ],
  [
    'the one that gives up the VIP has left and fails: no new one takes it, and one that serves already goes on',
    [director('lb1', left, givesUp()), director('lb2', writes()), director('lb3', isNew, takes())],
    'lb1',
    ['lb3'],
  ],
  [
    'a host that only calls itself a director fails: one that goes on with its services is not held up',
    [director('lb1', takes()), realServer('rs2', alsoDirector, left, givesUp())],
    'rs2',
    [],
  ],
  [
    'a director becomes a real server and fails: the other one does not begin to send to it',
    [director('lb1', sendsTo('lb2')), realServer('lb2', wasDirector, givesUp(), adds())],
    'lb2',
    ['lb1'],
  ],
  [
    'a failure between two directors does not let the third take the VIP of the first',
    [
      director('lb1', givesUp()),
      realServer('rs9', alsoDirector, left, givesUp('10.0.0.7')),
      director('lb2', takes()),
    ],
    'lb1',
    ['lb2', 'rs9'],
  ],
  [
    'a cluster fails, and the other one goes on',
    [
      director('lb1', sendsTo('rs1')),
      realServer('rs1', adds()),
      director('lb2', of('api'), sendsTo('rs2')),
      realServer('rs2', of('api'), adds()),
    ],
    'rs1',
    ['lb1'],
  ],
  [
    'a host that has left fails: it stays in the rosters',
    [director('lb1', writes(), strikesOff('rs2')), realServer('rs2', left, drops())],
    'rs2',
    ['lb1 roster'],
  ],
];

for (const [title, hosts, failing, skipped] of failures) {
  test(`${failing} fails: ${title}`, (t) =>
    t.deepEqual(
      skippedWhere(orderHosts(drainingTogether(hosts)), failing).toSorted(),
      [...skipped].toSorted(),
    ));
}

/** Hosts that cannot be changed, directors that are not in the plan, and what is not begun for that. */
const blocks: readonly (readonly [
  title: string,
  hosts: readonly HostPlan[],
  absent: readonly Absent[],
  blocked: Readonly<Record<string, string>>,
])[] = [
  [
    'a director is not told to send to a real server that cannot be reached',
    [director('lb1', sendsTo('rs1', 'rs2')), realServer('rs1', adds()), realServer('rs2', unreachable)],
    [],
    { lb1: 'it would send to rs2, which cannot be reached' },
  ],
  [
    'nor to one that cannot be changed',
    [director('lb1', sendsTo('rs1')), realServer('rs1', blocked)],
    [],
    { lb1: 'it would send to rs1, which cannot be changed' },
  ],
  [
    'a login that is refused is told as that',
    [director('lb1', sendsTo('rs1')), realServer('rs1', failed('refused'))],
    [],
    { lb1: 'it would send to rs1, which refused our login' },
  ],
  [
    'a real server out of reach holds up no director that does not begin to send to it',
    [director('lb1', writes()), realServer('rs1', unreachable)],
    [],
    {},
  ],
  [
    'a real server keeps its VIP while a director that cannot be reached may still send to it',
    [director('lb1', unreachable), realServer('rs1', drops())],
    [],
    { rs1: 'lb1 may still send to it, and cannot be reached' },
  ],
  [
    'it is made ready all the same for what comes',
    [director('lb1', unreachable), realServer('rs1', adds('10.0.0.2'), drops('10.0.0.1'))],
    [],
    { 'rs1 retire': 'lb1 may still send to it, and cannot be reached' },
  ],
  [
    'the same with another director at work beside it',
    [
      director('lb1', unreachable),
      director('lb2', sendsTo('rs1')),
      realServer('rs1', adds('10.0.0.2'), drops('10.0.0.1')),
    ],
    [],
    { 'rs1 retire': 'lb1 may still send to it, and cannot be reached' },
  ],
  [
    'files may go: no director uses them',
    [director('lb1', blocked), realServer('rs1', writes('/etc/a'), removes('/etc/b'))],
    [],
    {},
  ],
  [
    'a director of another cluster has no say',
    [director('lb1', of('api'), unreachable), realServer('rs1', drops())],
    [],
    {},
  ],
  [
    'a host that has left keeps its VIP while a director that is not in the plan may still send to it',
    [realServer('rs1', left, drops())],
    [{ host: 'lb1', clusters: ['web'] }],
    { rs1: 'lb1 may still send to it, and is not in this plan' },
  ],
  [
    'not where that director is one of another cluster',
    [realServer('rs1', left, drops())],
    [{ host: 'lb1', clusters: ['db'] }],
    {},
  ],
  [
    'not where it gives up nothing that a director uses',
    [realServer('rs1', left, removes())],
    [{ host: 'lb1', clusters: ['web'] }],
    {},
  ],
];

for (const [title, hosts, absent, expected] of blocks) {
  test(`blocked: ${title}`, (t) => {
    const found = orderHosts(hosts, absent).filter((each) => each.blocked !== undefined);
    t.deepEqual(Object.fromEntries(found.map((each) => [each.id, each.blocked])), expected);
  });
}
