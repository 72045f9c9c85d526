import test from 'ava';
import { dangersOf } from '../../src/plan/guard.ts';
import type { Transition } from '../../src/plan/intent.ts';
import { everything } from '../../src/plan/policy.ts';
import { floatingVip, leaves, ownVip, service, stays, transition } from '../support/manifests.ts';
import { change } from '../support/changes.ts';

const onLo = ownVip('10.0.0.100', 'lo');
const rs = (...names: readonly string[]): Transition[] => names.map((name) => stays(name, onLo));

const five = service({ rs1: 1, rs2: 1, rs3: 1, rs4: 1, rs5: 1 });
const watched = { owner: 'keepalived' } as const;
const other = { key: '-t 10.0.0.100:443' };
const web = 'virtual service tcp 10.0.0.100:80';

type Row = readonly [title: string, transitions: readonly Transition[], dangers: readonly string[]];

const departures: readonly Row[] = [
  ['nothing leaves', [stays('lb1', five, ownVip()), ...rs('rs1', 'rs2')], []],
  ['a host is new', [transition('rs1', [], [onLo])], []],
  [
    'a host leaves the inventory',
    [stays('lb1', five, ownVip()), ...rs('rs1', 'rs2'), leaves('rs3', onLo)],
    ['1 of 4 hosts leaves the inventory: rs3'],
  ],
  [
    'hosts leave the inventory',
    [stays('lb1', five, ownVip()), leaves('rs1', onLo), leaves('rs2', onLo)],
    ['2 of 3 hosts leave the inventory: rs1, rs2'],
  ],
  [
    'a director leaves, and another one of its cluster stays',
    [stays('lb1', five, ownVip()), leaves('lb2', five, ownVip())],
    ['1 of 2 hosts leaves the inventory: lb2'],
  ],
  [
    'the last director leaves with its service and its VIP',
    [leaves('lb1', five, ownVip()), ...rs('rs1')],
    [
      '1 of 2 hosts leaves the inventory: lb1',
      'the last director of web leaves',
      `lb1: ${web} is removed`,
      'lb1: the VIP 10.0.0.100 is removed',
    ],
  ],
  [
    'a director leaves, and a new one takes all that it had',
    [leaves('lb1', five, ownVip()), transition('lb2', [], [five, ownVip()])],
    ['1 of 2 hosts leaves the inventory: lb1'],
  ],
  [
    'a real server leaves its cluster and stays in the inventory',
    [stays('lb1', five, ownVip()), transition('rs1', [onLo], [])],
    ['rs1: leaves the cluster web and gives up 10.0.0.100'],
  ],
  [
    'a real server leaves two clusters: which VIP was whose is not said',
    [stays('lb1', five, ownVip()), inTwo(transition('rs1', [onLo], []))],
    ['rs1: leaves the clusters web, shop and gives up 10.0.0.100'],
  ],
  [
    'several do, in one line',
    [stays('lb1', five, ownVip()), transition('rs1', [onLo], []), transition('rs2', [onLo], [])],
    ['rs1, rs2: leaves the cluster web and gives up 10.0.0.100'],
  ],
  [
    'a real server gets the VIP at another place, and stays in its cluster',
    [stays('lb1', five, ownVip()), transition('rs1', [onLo], [ownVip('10.0.0.100', 'tunl0')])],
    [],
  ],
];

function inTwo({ before, ...rest }: Transition): Transition {
  return { ...rest, before: { ...before!, clusters: ['web', 'shop'] } };
}

const theirs = (...loses: readonly string[]): Transition['changes'] => [
  { ...change('file:/etc/ipvsadm.rules', 'change'), loses },
];

const foreign: readonly Row[] = [
  [
    'a file about traffic that lvsform did not write is replaced',
    [{ ...transition('lb1', [], [five]), changes: theirs('virtual service -t 10.0.0.9:25') }],
    [
      'lb1: file /etc/ipvsadm.rules, which lvsform did not write, is replaced, and this is lost with it: virtual service -t 10.0.0.9:25',
    ],
  ],
  [
    'much goes with it',
    [
      {
        ...transition('lb1', [], [five]),
        changes: theirs(...Array.from({ length: 20 }, (_, n) => `node n${n}`)),
      },
    ],
    [
      'lb1: file /etc/ipvsadm.rules, which lvsform did not write, is replaced, and this is lost with it: node n0, node n1, node n2, node n3, node n4, node n5, node n6, node n7, 12 more',
    ],
  ],
];

const losses: readonly Row[] = [
  [
    'a whole service goes',
    [transition('lb1', [five, service({ rs1: 1 }, other), ownVip()], [five, ownVip()])],
    ['lb1: virtual service tcp 10.0.0.100:443 is removed'],
  ],
  [
    'a service has another port: that is another service',
    [transition('lb1', [five, ownVip()], [service({ rs1: 1 }, other), ownVip()])],
    [`lb1: ${web} is removed`],
  ],
  [
    'a service of two directors goes, in one line',
    [transition('lb1', [five], [service({}, other)]), transition('lb2', [five], [service({}, other)])],
    [`lb1, lb2: ${web} is removed`],
  ],
  [
    'a service and its VIP move to another director',
    [transition('lb1', [five, ownVip()], []), transition('lb2', [], [five, ownVip()])],
    [],
  ],
  [
    'they move, and all weights are 0 there',
    [transition('lb1', [five, ownVip()], []), transition('lb2', [], [service({ rs1: 0, rs2: 0 }), ownVip()])],
    [`lb2: ${web} loses all its real servers (5)`],
  ],
  [
    'a VIP goes',
    [transition('lb1', [five, ownVip(), ownVip('10.0.0.7')], [five, ownVip()])],
    ['lb1: the VIP 10.0.0.7 is removed'],
  ],
  [
    'an engine moves the VIP from now on',
    [
      transition('lb1', [five, ownVip()], [five, floatingVip()]),
      transition('lb2', [], [five, floatingVip()]),
    ],
    [],
  ],
  [
    'a VIP that an engine moves goes',
    [transition('lb1', [five, floatingVip(), floatingVip('10.0.0.7')], [five, floatingVip()])],
    ['lb1: the VIP 10.0.0.7 is removed'],
  ],
  [
    'all weights are 0',
    [transition('lb1', [five], [service({ rs1: 0, rs2: 0, rs3: 0, rs4: 0, rs5: 0 })])],
    [`lb1: ${web} loses all its real servers (5)`],
  ],
  [
    'the only real server gets weight 0',
    [transition('lb1', [service({ rs1: 3 })], [service({ rs1: 0 })])],
    [`lb1: ${web} loses all its real servers (1)`],
  ],
  [
    'the last one goes that still takes connections',
    [transition('lb1', [service({ rs1: 1, rs2: 0 })], [service({ rs2: 0 })])],
    [`lb1: ${web} loses all its real servers (1)`],
  ],
  [
    'more than half of them go',
    [transition('lb1', [five], [service({ rs1: 1, rs2: 1 })])],
    [`lb1: ${web} loses 3 of 5 real servers at once`],
  ],
  ['half of them go', [transition('lb1', [service({ rs1: 1, rs2: 1 })], [service({ rs1: 1 })])], []],
  ['less than half of them go', [transition('lb1', [five], [service({ rs1: 1, rs2: 1, rs3: 1 })])], []],
  [
    'a weight changes',
    [transition('lb1', [five], [service({ rs1: 9, rs2: 1, rs3: 1, rs4: 1, rs5: 1 })])],
    [],
  ],
  [
    'one that takes no connections goes',
    [transition('lb1', [service({ rs1: 1, rs2: 0 })], [service({ rs1: 1 })])],
    [],
  ],
  [
    'all are replaced by others',
    [transition('lb1', [service({ rs1: 1, rs2: 1 })], [service({ rs3: 1, rs4: 1 })])],
    [],
  ],
];

/** Where an engine owns the table, the change of the table has nothing to say, and what it did is no danger. */
const engines: readonly Row[] = [
  [
    'all weights are 0 where keepalived makes the table',
    [transition('lb1', [service({ rs1: 1, rs2: 1 }, watched)], [service({ rs1: 0, rs2: 0 }, watched)])],
    [`lb1: ${web} loses all its real servers (2)`],
  ],
  [
    'a service goes that keepalived makes',
    [transition('lb1', [service({ rs1: 1 }, watched)], [service({ rs1: 1 }, { ...watched, ...other })])],
    [`lb1: ${web} is removed`],
  ],
  [
    'keepalived took all real servers out, and the inventory still wants them',
    [
      transition('lb1', [service({ rs1: 1, rs2: 1 }, watched)], [service({ rs1: 1, rs2: 1 }, watched)], {
        changes: [
          { ...change('virtual-service:-t 10.0.0.100:80', 'change'), serving: { before: 2, after: 0 } },
        ],
      }),
    ],
    [],
  ],
  [
    'a service that was found there loses most of what the table has',
    [
      transition('lb1', [], [service({ rs1: 1 })], {
        changes: [
          {
            ...change('virtual-service:-t 10.0.0.100:80', 'change'),
            title: web,
            serving: { before: 4, after: 1 },
          },
        ],
      }),
    ],
    [`lb1: ${web} loses 3 of 4 real servers at once`],
  ],
];

for (const [title, transitions, dangers] of [...departures, ...foreign, ...losses, ...engines]) {
  test(`${dangers.length === 0 ? 'no danger' : 'a danger'}: ${title}`, (t) =>
    t.deepEqual(dangersOf(transitions, everything), [...dangers]));
}
