import test from 'ava';
import type { Manifest } from '../../src/observe/manifest.ts';
import { transitionsOf } from '../../src/plan/guard.ts';
import { presentIn, unreadHint, vipsOf } from '../../src/plan/known.ts';
import { rostersOf } from '../../src/plan/rosters.ts';
import type { Surroundings } from '../../src/plan/see.ts';
import type { Hosts } from '../../src/port.ts';
import { inventoryOf } from '../support/inventories.ts';
import { manifestOf, ownVip } from '../support/manifests.ts';
import { adds, blocked, entry, left, readyState, realServer, unreachable } from '../support/plans.ts';
import { reading, shop } from '../support/readings.ts';

const roster = [entry('lb1', { at: '10.0.0.2' })];
const released = '2026-02-01T00:00:00.000Z';
const former = [entry('lb1', { at: '10.0.0.2' }), entry('rs1', { at: '10.0.0.11' })];

/** Whose rosters count: of hosts that this inventory owns, and did before this plan. */
const rosters: readonly (readonly [
  title: string,
  manifest: Manifest | undefined,
  takeOver: readonly string[],
  counts: boolean,
])[] = [
  ['a host of ours', manifestOf({ roster }), [], true],
  ['a new host', undefined, [], false],
  ['a host of another inventory', manifestOf({ owner: 'other', roster }), [], false],
  [
    'one that is taken over: it names hosts of its old owner',
    manifestOf({ owner: 'other', roster }),
    ['other'],
    false,
  ],
  ['one that was given up', manifestOf({ owner: 'other', released, roster }), [], false],
  ['one of ours from before owners had names', manifestOf({ owner: null, roster: former }), [], true],
];

for (const [title, manifest, takeOver, counts] of rosters) {
  test(`a roster ${counts ? 'counts' : 'does not count'}: ${title}`, (t) => {
    const found = rostersOf(shop, takeOver, [reading('rs1', manifest === undefined ? {} : { manifest })]);
    const expected = { of: 'rs1', entries: manifest?.roster, trusted: false, from: ['rs1'], cut: 0 };
    t.deepEqual(found, counts ? [expected as (typeof found)[number]] : []);
  });
}

test('the hosts of an inventory are known by their places, where there is a way to them', (t) => {
  const hosts: Pick<Hosts, 'wayTo'> = {
    wayTo: ({ name, ssh }) => (name === 'rs2' ? undefined : { place: `${ssh.host}:22` }),
  };
  const here = presentIn(shop, [reading('rs1')], { hosts } as Surroundings);
  t.deepEqual(
    [...here.places],
    [
      ['lb1', '10.0.0.2:22'],
      ['rs1', '10.0.0.11:22'],
    ],
  );
  t.deepEqual(
    here.met.map(({ name }) => name),
    ['rs1'],
  );
});

test('addresses that move are the VIPs, and the gateways that move along', (t) => {
  t.deepEqual([...vipsOf(shop)], ['10.0.0.100']);
  const nat = inventoryOf(`clusters:
  web:
    mode: nat
    vip: { address: 192.168.0.220, interface: eth1 }
    directors: { lb1: 10.0.0.2/24, lb2: 10.0.0.3 }
    real_servers: { rs1: 10.0.0.11 }
    services: [{ port: 80 }]
    failover: { engine: keepalived, gateway: 10.0.0.1/24, key: generated }
`);
  t.deepEqual([...vipsOf(nat)].toSorted(), ['10.0.0.1', '192.168.0.220']);
});

test('hosts that could not be read are named as those that may know more', (t) => {
  t.deepEqual(unreadHint([]), []);
  t.regex(unreadHint(['rs1', 'rs2']).join(), /rs1, rs2/);
});

/** What the guard compares: the manifest before only where this inventory owns the host, and only hosts that can be changed. */
const transitions: readonly (readonly [
  title: string,
  manifest: Manifest | undefined,
  takeOver: readonly string[],
  before: boolean,
  how?: string,
])[] = [
  ['a host of ours', manifestOf({}, ownVip()), [], true],
  ['a new host', undefined, [], false],
  [
    'a host of another inventory, which destroy leaves as it is',
    manifestOf({ owner: 'other' }, ownVip()),
    [],
    false,
  ],
  ['one that is taken over', manifestOf({ owner: 'other' }, ownVip()), ['other'], true, 'taken'],
];

const knownTo = (takeOver: readonly string[]): Parameters<typeof transitionsOf>[2] => ({
  claimOf: (host) => ({ inventory: shop, host, takeOver }),
  waiting: new Set(),
  doubted: new Set(),
});

for (const [title, manifest, takeOver, before, how] of transitions) {
  test(`the guard compares ${before ? 'what was wanted' : 'nothing'}: ${title}`, (t) => {
    const host = realServer('rs1', adds());
    const seen = reading('rs1', manifest === undefined ? {} : { manifest });
    const [transition, ...more] = transitionsOf([host], [seen], knownTo(takeOver));
    t.deepEqual(more, []);
    t.is(transition?.before, before ? manifest : undefined);
    t.is(transition?.from?.how, how as undefined);
  });
}

test('the guard has no say in hosts that cannot be changed', (t) => {
  const after = manifestOf({}, ownVip());
  const hosts = [
    realServer('rs1', unreachable),
    realServer('rs2', blocked),
    { ...realServer('rs3', left), state: readyState({ manifest: after }) },
  ];
  const found = transitionsOf(hosts, [], knownTo([]));
  t.deepEqual(found, [{ host: 'rs3', departed: true, before: undefined, after, changes: [] }]);
});
