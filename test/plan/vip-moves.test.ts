import test from 'ava';
import { orderHosts } from '../../src/plan/order.ts';
import type { HostPlan, Transaction } from '../../src/plan/plan.ts';
import { drainingTogether } from '../../src/plan/draining.ts';
import { takingApart } from '../../src/plan/taking.ts';
import type { Holders } from '../../src/plan/vip-moves.ts';
import {
  adds,
  alsoDirector,
  blocked,
  director,
  left,
  of,
  realServer,
  removes,
  sendsTo,
  unreachable,
  writes,
} from '../support/plans.ts';
import { isBefore, orderText, skippedWhere } from '../support/rehearsal.ts';
import { engineGives, engineTakes, handsOver, hasVip, takesOver } from '../support/vip-traits.ts';

const order = (hosts: readonly HostPlan[], holders: Holders = new Map()): Transaction[] =>
  orderHosts(drainingTogether(takingApart(hosts)), [], holders);

/** What is to be done, one line for each transaction. */
const orders: readonly (readonly [title: string, hosts: readonly HostPlan[], expected: readonly string[]])[] =
  [
    [
      'the new holder is ready, then the old one gives the VIP up, then the new one takes it',
      [director('lb2', of('api'), takesOver(), writes()), director('lb1', of('web'), handsOver())],
      ['lb2 prepare', 'lb1 needs lb2 prepare', 'lb2 take needs lb1 and lb2 prepare'],
    ],
    [
      'what the new holder retires comes last: it keeps no VIP from being taken',
      [director('lb2', of('api'), takesOver(), removes()), director('lb1', of('web'), handsOver())],
      [
        'lb2 prepare',
        'lb1 needs lb2 prepare',
        'lb2 take needs lb1 and lb2 prepare',
        'lb2 retire needs lb2 prepare and lb2 take',
      ],
    ],
    [
      'the old holder waits for all that the new one waits for, so that nobody is waited for in between',
      [
        director('lb1', of('web'), handsOver()),
        director('lb2', of('web', 'api'), takesOver()),
        director('lb3', of('api'), writes()),
      ],
      [
        'lb2 prepare',
        'lb1 needs lb2 prepare',
        'lb2 take needs lb1 and lb2 prepare',
        'lb3 needs lb2 prepare and lb2 take',
      ],
    ],
    [
      'VIPs of two directors are taken one by one',
      [
        director('lb3', of('web', 'api'), takesOver('10.0.0.1'), takesOver('10.0.0.2')),
        director('lb1', of('web'), handsOver('10.0.0.1')),
        director('lb2', of('api'), handsOver('10.0.0.2')),
      ],
      [
        'lb3 prepare',
        'lb1 needs lb3 prepare',
        'lb3 take from lb1 needs lb1 and lb3 prepare',
        'lb2 needs lb3 prepare and lb3 take from lb1 after lb1',
        'lb3 take from lb2 needs lb2 and lb3 prepare after lb1 and lb3 take from lb1',
      ],
    ],
    [
      'two directors exchange their VIPs: one takes before it gives, the other one gives before it takes',
      [
        director('lb1', of('web'), handsOver('10.0.0.1'), takesOver('10.0.0.2')),
        director('lb2', of('api'), handsOver('10.0.0.2'), takesOver('10.0.0.1')),
      ],
      [
        'lb2 prepare',
        'lb1 prepare',
        'lb1 retire needs lb1 prepare and lb2 prepare',
        'lb2 take needs lb1 retire and lb2 prepare',
        'lb2 retire needs lb1 prepare and lb2 prepare and lb2 take after lb1 retire',
        'lb1 take needs lb1 prepare and lb2 retire after lb1 retire',
      ],
    ],
    [
      'a director that becomes a real server of the new holder is ready as such before that one sends to it',
      [
        director('lb2', of('web'), takesOver(), sendsTo('lb1')),
        realServer('lb1', of('web', 'old'), alsoDirector, adds(), handsOver()),
      ],
      [
        'lb1 prepare',
        'lb2 prepare needs lb1 prepare',
        'lb1 retire needs lb1 prepare and lb2 prepare',
        'lb2 take needs lb1 retire and lb2 prepare after lb1 prepare',
      ],
    ],
    [
      'an engine is to have the VIP on two directors: both are ready before the old holder gives it up',
      [
        director('lb1', of('old'), handsOver()),
        director('lb2', of('web'), engineTakes()),
        director('lb3', of('web'), engineTakes()),
      ],
      [
        'lb2 prepare',
        'lb3 prepare needs lb2 prepare',
        'lb1 needs lb2 prepare and lb3 prepare',
        'lb2 take needs lb1 and lb2 prepare after lb3 prepare',
        'lb3 take needs lb1 and lb3 prepare after lb2 prepare and lb2 take',
      ],
    ],
    [
      'the engine of one pair gives the VIP to that of another one',
      [
        director('lb1', of('old'), engineGives()),
        director('lb2', of('old'), engineGives()),
        director('lb3', of('web'), engineTakes()),
      ],
      [
        'lb3 prepare',
        'lb1 needs lb3 prepare',
        'lb2 needs lb1 and lb3 prepare',
        'lb3 take needs lb1 and lb2 and lb3 prepare',
      ],
    ],
    ['a VIP that nobody gives up is raised with all else', [director('lb1', takesOver(), writes())], ['lb1']],
  ];

for (const [title, hosts, expected] of orders) {
  test(`order: ${title}`, (t) => t.deepEqual(orderText(order(hosts)), [...expected]));
}

/** Hosts that fail, and what is not begun for that. */
const failures: readonly (readonly [
  title: string,
  hosts: readonly HostPlan[],
  failing: string,
  skipped: readonly string[],
])[] = [
  [
    'the new holder fails before the old one gives the VIP up: it keeps it',
    [director('lb1', of('web'), handsOver()), director('lb2', of('api'), takesOver())],
    'lb2',
    ['lb1', 'lb2 take'],
  ],
  [
    'the old holder fails: the new one does not take the VIP',
    [director('lb1', of('web'), handsOver()), director('lb2', of('api'), takesOver())],
    'lb1',
    ['lb2 take'],
  ],
  [
    'one of two old holders fails: the VIP of the other one is taken all the same',
    [
      director('lb3', of('web', 'api'), takesOver('10.0.0.1'), takesOver('10.0.0.2')),
      director('lb1', of('web'), handsOver('10.0.0.1')),
      director('lb2', of('api'), handsOver('10.0.0.2')),
    ],
    'lb2',
    ['lb3 take from lb2'],
  ],
  [
    'a real server fails to which the new holder is to send: the old one keeps the VIP',
    [
      director('lb1', of('web'), handsOver()),
      director('lb2', of('api'), takesOver(), sendsTo('rs1')),
      realServer('rs1', of('api'), adds()),
    ],
    'rs1',
    ['lb1', 'lb2 prepare', 'lb2 take'],
  ],
];

for (const [title, hosts, failing, skipped] of failures) {
  test(`${failing} fails: ${title}`, (t) =>
    t.deepEqual(skippedWhere(order(hosts), failing).toSorted(), [...skipped].toSorted()));
}

const keepsIt = 'it keeps 10.0.0.100, which should be on lb2, which';
const onLb2: Holders = new Map([['10.0.0.100', ['lb2']]]);
const giver = director('lb1', of('old'), handsOver());

/** Directors that are to have the VIP by the inventory, and what is not begun. */
const blocks: readonly (readonly [
  title: string,
  hosts: readonly HostPlan[],
  holders: Holders,
  blocked: Readonly<Record<string, string>>,
])[] = [
  [
    'the new holder is not in the plan',
    [giver],
    onLb2,
    { lb1: `${keepsIt} is not in this plan: apply to both at once` },
  ],
  [
    'it cannot be reached',
    [giver, director('lb2', unreachable)],
    onLb2,
    { lb1: `${keepsIt} cannot be reached: apply to both at once` },
  ],
  [
    'it cannot be changed',
    [giver, director('lb2', blocked)],
    onLb2,
    { lb1: `${keepsIt} cannot be changed: apply to both at once` },
  ],
  [
    'it may not take it, since additions are not allowed',
    [giver, director('lb2', writes())],
    onLb2,
    { lb1: `${keepsIt} is not allowed to take it: apply to both at once` },
  ],
  ['it has the VIP already', [giver, director('lb2', hasVip())], onLb2, {}],
  ['the inventory wants the VIP nowhere', [giver], new Map(), {}],
  [
    'the old holder leaves the inventory',
    [director('lb1', left, handsOver())],
    onLb2,
    {
      lb1: `${keepsIt} is not in this plan: apply to both at once`,
    },
  ],
  [
    'one of a pair is away, and the other one takes the VIP',
    [giver, director('lb2', unreachable), director('lb3', engineTakes())],
    new Map([['10.0.0.100', ['lb2', 'lb3']]]),
    {},
  ],
  [
    'the new holder would send to a real server that is away, also where an engine raises the VIP',
    [
      giver,
      director('lb2', of('web'), engineTakes(), sendsTo('rs1')),
      realServer('rs1', of('web'), unreachable),
    ],
    onLb2,
    {
      lb1: 'it keeps 10.0.0.100: lb2 should take it, but is not changed: it would send to rs1, which cannot be reached',
      'lb2 prepare': 'it would send to rs1, which cannot be reached',
      'lb2 take': 'it would send to rs1, which cannot be reached',
    },
  ],
  [
    'a director that keeps one VIP keeps all, and none of them is taken',
    [
      director('lb1', of('old'), handsOver(), handsOver('10.0.0.2')),
      director('lb3', of('api'), takesOver('10.0.0.2')),
    ],
    onLb2,
    {
      lb1: `${keepsIt} is not in this plan: apply to both at once`,
      'lb3 prepare': `it should take 10.0.0.2 from lb1, which is not changed: ${keepsIt} is not in this plan: apply to both at once`,
      'lb3 take': `it should take 10.0.0.2 from lb1, which is not changed: ${keepsIt} is not in this plan: apply to both at once`,
    },
  ],
];

for (const [title, hosts, holders, expected] of blocks) {
  test(`blocked: ${title}`, (t) => {
    const found = order(hosts, holders).filter((each) => each.blocked !== undefined);
    t.deepEqual(Object.fromEntries(found.map((each) => [each.id, each.blocked])), expected);
  });
}

test('a ring of directors passes its VIPs on', (t) => {
  const ring = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address, index, all) =>
    director(`lb${index}`, of(`c${index}`), handsOver(address), takesOver(all[(index + 1) % 3])),
  );
  const transactions = order(ring);
  t.deepEqual(
    transactions.filter((each) => each.blocked !== undefined),
    [],
  );
  for (const [index] of ring.entries()) {
    t.true(isBefore(transactions, `lb${(index + 1) % 3} retire`, `lb${index} take`));
  }
});

test('an engine that gives a VIP to a director whose real server its host becomes is told to do it in two steps', (t) => {
  const hosts = [
    director('lb2', of('web'), takesOver(), sendsTo('lb1')),
    realServer('lb1', of('web', 'old'), alsoDirector, adds(), engineGives()),
  ];
  t.regex(
    order(hosts).find(({ host }) => host === 'lb2')?.blocked ?? '',
    /since lb1 becomes its real server: apply first without lb1 among the real servers, then with it/,
  );
});
