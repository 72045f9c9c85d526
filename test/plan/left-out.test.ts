import test from 'ava';
import type { Transition } from '../../src/plan/intent.ts';
import { stillUsed, unseenServers } from '../../src/plan/left-out.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import { inventoryOf } from '../support/inventories.ts';
import { ownVip, service, transition } from '../support/manifests.ts';
import { director, drops, of, realServer, removes } from '../support/plans.ts';

const inventory = inventoryOf(`name: shop
clusters:
  web:
    mode: dr
    vip: 10.0.0.100
    directors: { lb1: 10.0.0.2/24, lb2: 10.0.0.3 }
    real_servers: { rs1: 10.0.0.11, rs2: 10.0.0.12, far: { address: 10.0.0.13, managed: false } }
    services: [{ port: 80 }]
`);
const serves = (...weights: readonly (readonly [string, number])[]) => [
  service(Object.fromEntries(weights)),
  ownVip(),
];
const rs = (...names: readonly string[]): Transition[] => names.map((name) => transition(name, [], []));

const begins: readonly (readonly [
  title: string,
  transitions: readonly Transition[],
  dangers: readonly string[],
])[] = [
  [
    'all hosts are in the plan',
    [transition('lb1', [], serves(['rs1', 1], ['rs2', 1])), ...rs('rs1', 'rs2')],
    [],
  ],
  [
    'a new real server is left out',
    [transition('lb1', serves(['rs1', 1]), serves(['rs1', 1], ['rs2', 1])), ...rs('rs1')],
    ['lb1: starts to send to rs2, which this plan has not read and which may not be ready'],
  ],
  [
    'it has the weight 0',
    [transition('lb1', serves(['rs1', 1]), serves(['rs1', 1], ['rs2', 0])), ...rs('rs1')],
    [],
  ],
  ['it was served before', [transition('lb1', serves(['rs1', 1]), serves(['rs1', 5]))], []],
  [
    'another director of the plan served it before',
    [transition('lb1', serves(['rs1', 1]), []), transition('lb2', [], serves(['rs1', 1]))],
    [],
  ],
  ['nobody manages it', [transition('lb1', [], serves(['far', 1])), ...rs('rs1', 'rs2')], []],
];

for (const [title, transitions, dangers] of begins) {
  test(`a director begins to send: ${title}`, (t) =>
    t.deepEqual(unseenServers(transitions, inventory), dangers));
}

const gives = drops();
const lb1 = { host: 'lb1', clusters: ['web'] };
const uses: readonly (readonly [title: string, hosts: readonly HostPlan[], dangers: readonly string[]])[] = [
  ['a director itself goes', [director('lb2', gives)], []],
  ['nothing by which it answers goes', [realServer('rs1', removes())], []],
  ['it is of another cluster', [realServer('rs1', gives, of('api'))], []],
  [
    'the director is left out',
    [realServer('rs1', gives), realServer('rs2', gives)],
    ['rs1, rs2: no longer answer for the VIPs, and lb1, which this plan leaves out, may still send there'],
  ],
];

for (const [title, hosts, dangers] of uses) {
  test(`a destroy without the director: ${title}`, (t) => t.deepEqual(stillUsed(hosts, [lb1]), dangers));
}
