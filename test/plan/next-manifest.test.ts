import test from 'ava';
import type { Answer } from '../../src/shell/answer.ts';
import { type Manifest, manifestVersion } from '../../src/observe/manifest.ts';
import { leftoverDetails, nextManifest, rosterDetails, strandedState } from '../../src/plan/next-manifest.ts';
import type { AddressResource } from '../../src/resources/address.ts';
import { idOf, type Resource } from '../../src/resources/index.ts';
import { manifestOf, ownVip, service, since } from '../support/manifests.ts';
import { entry } from '../support/plans.ts';
import { machine } from '../support/readings.ts';

const expected: AddressResource = { ...ownVip('10.0.0.11'), want: 'expected' };
const nowhere = { places: [], interfaces: ['eth0'] };
const there = { places: [{ interface: 'eth0', prefix: 24 }], interfaces: ['eth0'] };
const intent = (...wanted: readonly Resource[]) => ({
  wanted,
  owner: { inventory: 'shop', since },
  host: 'rs1',
  machine: machine('2'),
  clusters: ['web'],
  roster: [entry('lb1')],
});
const next = (observed: unknown, before: Manifest | undefined, ...wanted: readonly Resource[]) =>
  nextManifest(intent(...wanted), new Map(wanted.map((each) => [idOf(each), observed])), before, 'plan 2');

test('a host on which nothing is ours has no manifest', (t) => {
  t.is(next(nowhere, undefined), undefined);
  t.is(next(there, undefined, expected), undefined, 'its own address is not ours');
  t.is(next(nowhere, manifestOf({}, ownVip())), undefined, 'nothing is wanted any more');
});

test('a manifest says who owns the host, what it is called, its machine, its plan and its roster', (t) => {
  const { resources, ...rest } = next(nowhere, undefined, ownVip(), expected)!;
  t.deepEqual(rest, {
    version: manifestVersion,
    owner: { inventory: 'shop', since },
    host: 'rs1',
    machine: machine('2'),
    plan: 'plan 2',
    clusters: ['web'],
    roster: [entry('lb1')],
  });
  t.deepEqual(Object.keys(resources), [idOf(ownVip())]);
});

/** What was there before lvsform is what was found when a resource became ours, and it is never learnt anew. */
const before: readonly (readonly [title: string, observed: unknown, had: unknown, kept: unknown])[] = [
  ['a new resource: what is found', there, undefined, there],
  ['one of ours: what was there before', there, nowhere, nowhere],
];

for (const [title, observed, had, kept] of before) {
  test(`what was there before: ${title}`, (t) => {
    const id = idOf(ownVip());
    const known = manifestOf({}, ownVip());
    const manifest =
      had === undefined ? undefined : { ...known, resources: { [id]: { resource: ownVip(), before: had } } };
    t.deepEqual(next(observed, manifest, ownVip())?.resources[id], { resource: ownVip(), before: kept });
  });
}

const ours = manifestOf({ host: 'rs1', roster: [entry('lb1'), entry('lb2')] }, ownVip());
const but = (more: Partial<Manifest>): Manifest => ({ ...ours, ...more });
const given = { inventory: 'shop', since, released: '2026-02-01T00:00:00.000Z' };

/** What a plan says of a manifest that changes, as + ~ -. */
const details: readonly (readonly [
  title: string,
  before: Manifest | undefined,
  after: Manifest | undefined,
  told: readonly string[],
])[] = [
  ['none, and none', undefined, undefined, []],
  ['the same', ours, { ...ours, plan: 'another' }, []],
  ['the same in another order', ours, but({ roster: [entry('lb2'), entry('lb1')] }), []],
  ['a host comes', ours, but({ roster: [...ours.roster, entry('rs2')] }), ['+ rs2']],
  ['a host goes', ours, but({ roster: [entry('lb1')] }), ['- lb2']],
  [
    'a host has another address',
    ours,
    but({ roster: [entry('lb1'), entry('lb2', { at: '10.0.0.9' })] }),
    ['~ lb2'],
  ],
  [
    'a machine was met',
    ours,
    but({ roster: [entry('lb1'), entry('lb2', { machine: machine('a') })] }),
    ['~ lb2'],
  ],
  ['the host has a new name', ours, but({ host: 'web1' }), ['~ name: rs1 -> web1']],
  [
    'the host is of another cluster',
    ours,
    but({ clusters: ['api', 'web'] }),
    ['~ clusters: web -> api, web'],
  ],
  ['clusters in another order', but({ clusters: ['web', 'api'] }), but({ clusters: ['api', 'web'] }), []],
  ['it is taken over', but({ owner: { inventory: 'old', since } }), ours, ['~ inventory: old -> shop']],
  ['it is given up', ours, but({ owner: given }), ['~ inventory: shop -> none, given up by shop']],
  [
    'the host is new',
    undefined,
    ours,
    ['+ lb1', '+ lb2', '~ inventory: none -> shop', '~ name: none -> rs1', '~ clusters: none -> web'],
  ],
  [
    'nothing is left of it',
    ours,
    undefined,
    ['- lb1', '- lb2', '~ inventory: shop -> none', '~ name: rs1 -> none', '~ clusters: web -> none'],
  ],
  [
    'it manages more, and nothing else differs',
    ours,
    but({ resources: manifestOf({}, ownVip(), service({ rs1: 1 })).resources }),
    ['~ what lvsform manages here'],
  ],
];

const marks = { add: '+', change: '~', remove: '-' } as const;

for (const [title, one, other, told] of details) {
  test(`a manifest changes: ${title}`, (t) =>
    t.deepEqual(
      rosterDetails(one, other).map((each) => ('text' in each ? `${marks[each.verb]} ${each.text}` : '')),
      [...told],
    ));
}

const answer = (sections: Readonly<Record<string, string>>): Answer => ({
  section: (name) => sections[name],
  sections: () => new Map(),
  fingerprint: undefined,
});

test('what is put in order in the state directory is told', (t) => {
  t.deepEqual(leftoverDetails(answer({})), []);
  t.deepEqual(
    leftoverDetails(answer({ recovered: '', leftovers: 'var/lib/lvsform.old\nvar/lib/lvsform/new\n' })),
    [
      { verb: 'add', text: '/var/lib/lvsform/manifest.json, from its copy' },
      { verb: 'remove', text: '/var/lib/lvsform.old, which an interrupted run left' },
      { verb: 'remove', text: '/var/lib/lvsform/new, which an interrupted run left' },
    ],
  );
});

test('a host without a manifest that keeps originals cannot be changed, and the first files are named', (t) => {
  t.deepEqual(strandedState(answer({})), []);
  t.deepEqual(strandedState(answer({ stranded: '\n' })), []);
  const few = strandedState(answer({ stranded: '/etc/a\n/etc/b\n' }));
  t.regex(few.join('\n'), /differ from what is there now: \/etc\/a, \/etc\/b\nPut the manifest back/);
  const many = Array.from({ length: 8 }, (_, index) => `/etc/${index}`).join('\n');
  t.regex(strandedState(answer({ stranded: many })).join('\n'), /\/etc\/4 and 3 more\n/);
});

test('a host without a manifest whose backups have some cannot be changed, and the newest is named', (t) => {
  const told = strandedState(answer({ backups: '/b/2/manifest.json\n/b/1/manifest.json\n' }));
  t.regex(
    told.join('\n'),
    /its manifest \(\S+\) is missing[^]*the newest that is kept is \/b\/2\/manifest\.json/,
  );
});
