import test from 'ava';
import type { Manifest } from '../../src/observe/manifest.ts';
import { nextOwner, ownerName, type Ownership, ownershipOf, waysOut } from '../../src/plan/ownership.ts';
import { manifestOf, since } from '../support/manifests.ts';
import { entry } from '../support/plans.ts';
import { shop } from '../support/readings.ts';

/** Whose a host is, in one line: `ours`, `ours, taken from old`, `of old`. */
function told(ownership: Ownership): string {
  if (ownership.is === 'foreign') return `of ${ownership.owner}`;
  if (ownership.is === 'free' || ownership.from === undefined) return ownership.is;
  return `ours, ${ownership.from.how}, of ${ownership.from.owner} before`;
}

const released = '2026-02-01T00:00:00.000Z';
/** Of version 1, which knew no owners. */
const nameless = (clusters: readonly string[], ...addresses: readonly string[]): Manifest =>
  manifestOf({ owner: null, clusters, roster: addresses.map((at) => entry(at, { at })) });

const rows: readonly (readonly [
  title: string,
  manifest: Manifest | undefined,
  takeOver: readonly string[],
  told: string,
])[] = [
  ['nothing of lvsform is there', undefined, [], 'free'],
  ['this inventory owns it', manifestOf({}), [], 'ours'],
  ['also where it would be taken over', manifestOf({}), ['shop'], 'ours'],
  ['another inventory owns it', manifestOf({ owner: 'old' }), [], 'of old'],
  ['it is taken over', manifestOf({ owner: 'old' }), ['old'], 'ours, taken, of old before'],
  ['another one is taken over', manifestOf({ owner: 'old' }), ['older'], 'of old'],
  ['its owner gave it up', manifestOf({ owner: 'old', released }), [], 'ours, released, of old before'],
  [
    'this inventory gave it up, and has it again',
    manifestOf({ released }),
    [],
    'ours, released, of shop before',
  ],
  [
    'no owner, a cluster of this inventory, and the address of another member',
    nameless(['web'], '10.0.0.11', '10.0.0.2'),
    [],
    'ours, former, of web before',
  ],
  ['no owner, and only the host itself in the roster', nameless(['web'], '10.0.0.11'), [], 'of web'],
  ['no owner, and addresses of others', nameless(['web'], '10.9.9.2', '10.9.9.11'), [], 'of web'],
  ['no owner, and a cluster that is not ours', nameless(['db'], '10.0.0.11', '10.0.0.2'), [], 'of db'],
  ['no owner, of two clusters: they are its name', nameless(['db', 'mail'], '10.9.9.2'), [], 'of db+mail'],
  [
    'no owner, taken over by the name of its clusters',
    nameless(['db', 'mail']),
    ['db+mail'],
    'ours, taken, of db+mail before',
  ],
];

for (const [title, manifest, takeOver, expected] of rows) {
  test(`whose is it: ${title}`, (t) =>
    t.is(told(ownershipOf(manifest, { inventory: shop, host: 'rs1', takeOver })), expected));
}

const now = '2026-03-01T00:00:00.000Z';
const owners: readonly (readonly [title: string, manifest: Manifest | undefined, since: string])[] = [
  ['a new host: from now on', undefined, now],
  ['a host of ours: since it has been', manifestOf({}), since],
  ['a host of another one: from now on', manifestOf({ owner: 'old' }), now],
  ['one that we gave up before: from now on', manifestOf({ released }), now],
  ['one from before owners had names: from now on', nameless(['web'], '10.0.0.2'), now],
];

for (const [title, manifest, from] of owners) {
  test(`the next owner: ${title}`, (t) =>
    t.deepEqual(nextOwner('shop', manifest, now), { inventory: 'shop', since: from }));
}

test('an owner without a name is known by its clusters', (t) => {
  t.is(ownerName(manifestOf({ owner: 'old' })), 'old');
  t.is(ownerName(nameless(['db', 'mail'])), 'db+mail');
});

test('the ways out of a refusal name what is to be typed', (t) => {
  const text = waysOut('rs1', 'old').join('\n');
  t.regex(text, /lvsform forget rs1/);
  t.regex(text, /--take-over old --force/);
});
