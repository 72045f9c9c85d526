import test from 'ava';
import { makePlan } from '../../src/plan/make.ts';
import { lookingFirst } from '../../src/plan/looking.ts';
import { holdersOf } from '../../src/plan/membership.ts';
import { orderHosts } from '../../src/plan/order.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import { everything } from '../../src/plan/policy.ts';
import { takingApart } from '../../src/plan/taking.ts';
import { counted, growth, linear } from '../support/counted.ts';
import { inventoryOf } from '../support/inventories.ts';
import {
  adds,
  director,
  drops,
  givesUp,
  left,
  of,
  preferred,
  realServer,
  removes,
  sendsTo,
  strikesOff,
  takes,
  unreachable,
  writes,
} from '../support/plans.ts';

/** A cluster in which everything happens at once: a VIP moves, real servers come, change and leave. */
function cluster(name: string, servers: number): HostPlan[] {
  const named = (role: string): string => `${name}-${role}`;
  const [one, two, gone] = [named('lb1'), named('lb2'), named('gone')];
  const own = Array.from({ length: servers }, (_, index) =>
    realServer(named(`rs${index}`), of(name), index % 2 === 0 ? adds() : drops(), strikesOff(gone)),
  );
  const vip = `vip-${name}`;
  return [
    director(one, of(name), givesUp(vip), sendsTo(named('rs0'))),
    director(two, of(name), preferred, takes(vip), sendsTo(named('rs0'), named('rs1'))),
    ...own,
    realServer(named('down'), of(name), unreachable),
    realServer(gone, of(name), left, removes()),
  ];
}

const shapes: readonly (readonly [title: string, hosts: (size: number) => HostPlan[]])[] = [
  ['many clusters', (size) => Array.from({ length: size }, (_, index) => cluster(`c${index}`, 4)).flat()],
  [
    'many clusters with a director that cannot be read',
    (size) =>
      Array.from({ length: size }, (_, index) => [
        director(`lb${index}`, of(`c${index}`), unreachable),
        director(`lbb${index}`, of(`c${index}`), writes()),
        realServer(`rs${index}`, of(`c${index}`), drops()),
      ]).flat(),
  ],
  ['one cluster with many real servers', (size) => cluster('web', 4 * size)],
];

for (const [title, hostsOf] of shapes) {
  test(`to order the hosts takes time in proportion to them: ${title}`, async (t) => {
    const factor = await growth((size) => {
      const { value, reads } = counted(hostsOf(size));
      orderHosts(takingApart(lookingFirst(value, { clusters: [] })), [], new Map());
      return reads();
    }, 30);
    t.true(factor < linear, `twice as many hosts are ${factor.toFixed(2)} times the work`);
  });
}

const serversOf = (at: number, count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `rs${at}-${index}: 10.${1 + Math.floor(index / 200)}.${at}.${3 + (index % 200)}`,
  ).join(', ');

/** Without the hosts file, which has a line for each host on each of them. */
const text = (clusters: number, servers: number): string =>
  `name: test\nclusters:\n${Array.from(
    { length: clusters },
    (_, at) => `  c${at}:
    mode: dr
    vip: 10.64.0.${at + 1}
    directors: { lb${at}: 10.0.${at}.1/8, lbb${at}: 10.0.${at}.2 }
    real_servers: { ${serversOf(at, servers)} }
    hosts_file: false
    services: [{ port: 80 }]
`,
  ).join('')}`;

/** What a host answers that this inventory owns, and that remembers the directors of its cluster. */
function answer(name: string, script: string): string {
  const frame = /^begin (\w+)$/m.exec(script)![1]!;
  const at = /\d+/.exec(name)![0];
  const roster = [`lb${at}`, `lbb${at}`].map((host, index) => ({
    host,
    ssh: { host: `10.0.${at}.${index + 1}`, sudo: false },
    directs: true,
  }));
  const manifest = JSON.stringify({
    version: 2,
    owner: { inventory: 'test', since: '2026-01-01T00:00:00.000Z' },
    host: name,
    plan: 'p',
    clusters: [`c${at}`],
    roster,
    resources: {},
  });
  return ['facts\nfamily=debian\nuid=0', `machine\n`, `manifest\n${manifest}`, 'state\n', 'end\n']
    .map((section) => `\n@${frame} ${section}`)
    .join('\n');
}

const sizes: readonly (readonly [title: string, text: (size: number) => string])[] = [
  ['many clusters', (size) => text(size, 2)],
  ['one cluster with many real servers', (size) => text(1, 4 * size)],
];

for (const [title, textOf] of sizes) {
  test(`a plan looks at the inventory in proportion to it: ${title}`, async (t) => {
    const factor = await growth(async (size) => {
      const { value: inventory, reads } = counted(inventoryOf(textOf(size)));
      const plan = await makePlan(
        {
          inventory,
          path: 'inventory.yaml',
          render: () => '',
          selection: { limit: [], exclude: [] },
          destroy: false,
          forget: [],
          keep: false,
          parallelism: 10,
          policy: everything,
          batches: [],
        },
        {
          hosts: {
            run: async ({ name }, script) => answer(name, script),
            runAnew: async () => '',
            wayTo: ({ ssh }) => ({ place: ssh.host, key: `key of ${ssh.host}` }),
            release: () => {},
          },
          clock: { now: () => new Date(0), random: () => 'f0f0f0f0f0', sleep: async () => {} },
          emit: () => {},
        },
      );
      t.is(plan.hosts.length, inventory.hosts.length);
      holdersOf(inventory);
      return reads();
    }, 30);
    t.true(factor < linear, `twice as many hosts are ${factor.toFixed(2)} times the work`);
  });
}
