import test from 'ava';
import { drainingTogether } from '../../src/plan/draining.ts';
import { orderHosts } from '../../src/plan/order.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import {
  adds,
  alsoDirector,
  director,
  drops,
  enrols,
  givesUp,
  holds,
  isNew,
  left,
  of,
  preferred,
  realServer,
  sendsTo,
  stopsSendingTo,
  strikesOff,
  takes,
  writes,
} from '../support/plans.ts';
import { orderText } from '../support/rehearsal.ts';

/** What is to be done, and in which order, one line for each transaction. */
const orders: readonly (readonly [title: string, hosts: readonly HostPlan[], expected: readonly string[]])[] =
  [
    ['nothing to do is no transaction', [director('lb1'), realServer('rs1')], []],
    [
      'a real server is ready before its director sends to it',
      [director('lb1', sendsTo('rs1')), realServer('rs1', adds())],
      ['rs1', 'lb1 needs rs1'],
    ],
    [
      'a director waits for every real server of its cluster, and needs those only to which it begins to send',
      [director('lb1', sendsTo('rs2')), realServer('rs1', writes()), realServer('rs2', adds())],
      ['rs1', 'rs2', 'lb1 needs rs2 after rs1'],
    ],
    [
      'a real server that is ready already holds nothing up',
      [director('lb1', sendsTo('rs1')), realServer('rs1')],
      ['lb1'],
    ],
    [
      'what a real server gives up goes after its director has stopped sending to it',
      [director('lb1', stopsSendingTo('rs1')), realServer('rs1', drops())],
      ['lb1', 'rs1 needs lb1'],
    ],
    [
      'the VIP moves to another address: new one first, then the director, then the old one',
      [
        director('lb1', sendsTo('rs1'), givesUp('10.0.0.1'), takes('10.0.0.2')),
        realServer('rs1', adds('10.0.0.2'), drops('10.0.0.1')),
      ],
      ['rs1 prepare', 'lb1 needs rs1 prepare', 'rs1 retire needs lb1 and rs1 prepare'],
    ],
    [
      'without work for a director a real server does all at once',
      [director('lb1'), realServer('rs1', adds('10.0.0.2'), drops('10.0.0.1'))],
      ['rs1'],
    ],
    [
      'clusters have nothing to do with one another',
      [
        director('lb1', sendsTo('rs1')),
        realServer('rs1', adds()),
        director('lb2', of('api'), sendsTo('rs2')),
        realServer('rs2', of('api'), adds()),
      ],
      ['rs1', 'rs2', 'lb1 needs rs1', 'lb2 needs rs2'],
    ],
    [
      'a real server of two clusters gives up its VIP after the directors of both',
      [
        director('lb1', stopsSendingTo('rs1')),
        director('lb2', of('api'), stopsSendingTo('rs1')),
        realServer('rs1', of('web', 'api'), drops()),
      ],
      ['lb1', 'lb2', 'rs1 needs lb1 and lb2'],
    ],
    [
      'directors of one cluster go one after another',
      [director('lb1', writes()), director('lb2', writes()), director('lb3', writes())],
      ['lb1', 'lb2 needs lb1', 'lb3 needs lb1 and lb2'],
    ],
    [
      'the director that gives up a VIP comes before the one that takes it',
      [director('lb1', isNew, takes()), director('lb2', givesUp())],
      ['lb2', 'lb1 needs lb2'],
    ],
    [
      'a director that takes a VIP waits for the one that gives it up, whoever comes between them',
      [
        director('lb3', of('web', 'api'), takes()),
        director('lb1', of('web'), givesUp()),
        director('lb2', of('api'), writes()),
      ],
      ['lb1', 'lb2', 'lb3 needs lb1 and lb2'],
    ],
    [
      'also where an engine is to move that VIP from now on',
      [
        director('lb1', isNew, preferred, writes('/etc/keepalived/keepalived.conf')),
        director('lb2', givesUp()),
      ],
      ['lb2', 'lb1 needs lb2'],
    ],
    [
      'where an engine holds the VIPs on a director, that one comes last',
      [director('lb1', preferred, holds('10.0.0.100'), writes()), director('lb2', writes())],
      ['lb2', 'lb1 needs lb2'],
    ],
    [
      'also where the preferred director is in reserve',
      [director('lb1', preferred, writes()), director('lb2', holds('10.0.0.100'), writes())],
      ['lb1', 'lb2 needs lb1'],
    ],
    [
      'where no director holds the VIPs yet, the preferred one comes first and takes them',
      [director('lb1', writes()), director('lb2', preferred, writes())],
      ['lb2', 'lb1 needs lb2'],
    ],
    [
      'that does not depend on what another cluster has',
      [
        director('lb1', of('web'), holds('10.0.0.100'), writes()),
        director('lb2', of('api'), writes()),
        director('lb3', of('api'), preferred, writes()),
      ],
      ['lb3', 'lb1', 'lb2 needs lb3'],
    ],
    [
      'the holder comes last, whatever other address the one in reserve takes',
      [director('lb1', holds('10.0.0.100'), writes()), director('lb2', takes('10.0.0.7'))],
      ['lb2', 'lb1 needs lb2'],
    ],
    [
      'the holder comes first where it gives up a VIP that the other one takes for good',
      [director('lb1', preferred, takes()), director('lb2', holds('10.0.0.100'), givesUp())],
      ['lb2', 'lb1 needs lb2'],
    ],
    [
      'an engine goes: the director in reserve gives up its copy of the VIP before the holder takes it for good',
      [director('lb1', preferred, holds('10.0.0.100'), takes()), director('lb2', givesUp())],
      ['lb2', 'lb1 needs lb2'],
    ],
    [
      'a director that is a real server of another one is ready before that one sends to it',
      [director('lb1', of('web'), sendsTo('h2')), realServer('h2', of('web', 'api'), alsoDirector, adds())],
      ['h2', 'lb1 needs h2'],
    ],
    [
      'a host that has left is struck off the rosters after it has been cleaned up',
      [
        director('lb1', stopsSendingTo('rs2'), strikesOff('rs2')),
        realServer('rs1', writes()),
        realServer('rs2', left, drops()),
      ],
      ['rs1', 'lb1 after rs1', 'rs2 needs lb1', 'lb1 roster needs lb1 and rs2'],
    ],
    [
      'a host with nothing but a roster to change waits for those that leave, and only for those of its clusters',
      [
        realServer('rs1', strikesOff('rs2')),
        realServer('rs3', of('api'), enrols('rs4')),
        realServer('rs2', left, drops()),
      ],
      ['rs3', 'rs2', 'rs1 roster needs rs2'],
    ],
    [
      'a roster also waits for a host that has left another cluster, and that it remembers',
      [director('lb1', of('web'), strikesOff('lb9')), director('lb9', of('api'), left, givesUp())],
      ['lb9', 'lb1 roster needs lb9'],
    ],
  ];

for (const [title, hosts, expected] of orders) {
  test(`order: ${title}`, (t) => t.deepEqual(orderText(orderHosts(drainingTogether(hosts))), [...expected]));
}
