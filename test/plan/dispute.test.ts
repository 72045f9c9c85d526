import test from 'ava';
import { disputed, unlessDisputed } from '../../src/plan/dispute.ts';
import { orderHosts } from '../../src/plan/order.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import { everything } from '../../src/plan/policy.ts';
import { untouched } from '../../src/plan/untouched.ts';
import type { Manifest } from '../../src/observe/manifest.ts';
import { manifestOf, ownVip } from '../support/manifests.ts';
import {
  adds,
  blocked,
  director,
  inDispute,
  of,
  realServer,
  sendsTo,
  strikesOff,
  unreachable,
} from '../support/plans.ts';
import { reading, shop } from '../support/readings.ts';

const other = manifestOf({ owner: 'other' }, ownVip());
type Pair = readonly [string, string];

/** Whose rs1 is, and what is said of it; `ours` where it can be changed. */
const rows: readonly (readonly [
  title: string,
  manifest: Manifest | undefined,
  more: { readonly twins?: readonly Pair[]; readonly takeOver?: readonly string[] },
  said: RegExp | 'ours',
])[] = [
  ['nothing of lvsform is there', undefined, {}, 'ours'],
  ['a host of ours', manifestOf({}), {}, 'ours'],
  [
    'a host of another inventory',
    other,
    {},
    /^it belongs to the inventory other since 2026-01-01.*: .*lvsform forget rs1.*--take-over other.*--exclude rs1/,
  ],
  ['one that is taken over', other, { takeOver: ['other'] }, 'ours'],
  [
    'one machine under two names',
    manifestOf({}),
    { twins: [['lb1', 'rs1']] },
    /^lb1 and rs1 are one machine/,
  ],
  ['others are one machine: that is for them to say', manifestOf({}), { twins: [['lb1', 'rs2']] }, 'ours'],
];

for (const [title, manifest, { twins = [], takeOver = [] }, said] of rows) {
  test(`whose host: ${title}`, (t) => {
    const claim = { inventory: shop, host: 'rs1', takeOver };
    const found = disputed(reading('rs1', manifest === undefined ? {} : { manifest }), {
      claim,
      twins,
      destroy: false,
      policy: everything,
    });
    if (said === 'ours') return t.is(found, undefined);
    t.like(found, { is: 'blocked', disputed: true });
    t.regex(found?.is === 'blocked' ? found.reasons.join() : '', said);
  });
}

test('destroy leaves a host of another inventory as it is, and says so', (t) => {
  const found = disputed(reading('rs1', { manifest: other }), {
    claim: { inventory: shop, host: 'rs1', takeOver: [] },
    twins: [],
    destroy: true,
    policy: everything,
  });
  t.like(found, { is: 'ready', changes: [], roster: [], resources: [], leaving: {} });
  if (found?.is !== 'ready') return t.fail();
  t.is(found.manifest, other, 'its manifest stays');
  t.regex(found.notes.join(), /belongs to the inventory other since .*nothing there is ours/);
});

test('a host that is left as it is has its family, its fingerprint and its connections in the plan', (t) => {
  const was = reading('rs1');
  const connections = new Map([
    ['TCP 10.0.0.100:80 10.0.0.11:80', 3],
    ['TCP 10.0.0.100:80 10.0.0.12:80', 4],
  ]);
  t.like(untouched({ ...was.observation, connections }, 'f1', everything, ['as it was']), {
    is: 'ready',
    family: 'debian',
    system: 'Debian 12',
    frame: 'f1',
    fingerprint: was.observation.fingerprint,
    active: 7,
    notes: ['as it was'],
    manifest: undefined,
  });
});

const work = [director('lb1', sendsTo('rs1'), strikesOff('rs9')), realServer('rs1', adds())];

/** With these hosts beside those that have work: is anything begun? */
const settled: readonly (readonly [title: string, hosts: readonly HostPlan[], names: string | undefined])[] =
  [
    ['all is settled', [], undefined],
    ['a host cannot be changed for another reason', [realServer('rs7', blocked)], undefined],
    ['a host cannot be reached', [realServer('rs7', unreachable)], undefined],
    ['a host is in dispute', [realServer('rs7', inDispute)], 'rs7'],
    ['two are', [realServer('rs7', inDispute), realServer('rs8', inDispute)], 'rs7, rs8'],
    ['one of another cluster is', [realServer('rs7', of('db'), inDispute)], 'rs7'],
  ];

for (const [title, more, names] of settled) {
  test(`${names === undefined ? 'work goes on' : 'nothing is begun anywhere'}: ${title}`, (t) => {
    const hosts = [...work, ...more];
    const order = orderHosts(hosts);
    t.deepEqual(
      unlessDisputed(order, hosts),
      names === undefined
        ? order
        : order.map((each) => ({
            ...each,
            blocked: `nothing is changed while the owner of ${names} is in dispute`,
          })),
    );
  });
}
