import test from 'ava';
import type { Manifest } from '../../src/observe/manifest.ts';
import { changesHands, heldBy, isEngines, isFromEngine } from '../../src/plan/holds.ts';
import type { ObservedAddress } from '../../src/resources/address.ts';
import { idOf, type Resource } from '../../src/resources/index.ts';
import type { SyncDaemonResource } from '../../src/resources/sync-daemon.ts';
import { floatingVip, manifestOf, ownVip, service } from '../support/manifests.ts';

const sync = (want: SyncDaemonResource['want']): SyncDaemonResource => ({
  kind: 'sync-daemon',
  state: 'master',
  want,
  interface: 'eth0',
  id: 1,
  group: '224.0.0.81',
  port: 8848,
  ttl: 1,
  maxLength: undefined,
});
const parameter: Resource = { kind: 'sysctl', key: 'net.ipv4.ip_forward', value: '1' };
const ownTable = service({ rs1: 1 });
const keepalivedTable = service({ rs1: 1 }, { owner: 'keepalived' });

/** Whose work a resource is, by its two states: as an engine has it, and as lvsform has it. */
const engines: readonly (readonly [what: string, byEngine: Resource, byUs: Resource])[] = [
  ['a virtual service', keepalivedTable, ownTable],
  ['a VIP', floatingVip(), ownVip()],
  ['a sync daemon', sync('floating'), sync('present')],
];

for (const [what, byEngine, byUs] of engines) {
  test(`${what} that an engine brings about, and one that lvsform does`, (t) => {
    t.true(isEngines(byEngine));
    t.false(isEngines(byUs));
  });

  /** Before, from now on, and whether lvsform takes it over from the engine; whether it changes hands, or stays there. */
  for (const [title, before, now, fromEngine, hands] of [
    ['is new', undefined, byUs, false, false],
    ['stays with lvsform', byUs, byUs, false, false],
    ['stays with its engine', byEngine, byEngine, false, true],
    ['goes from the engine to lvsform', byEngine, byUs, true, true],
    ['goes from lvsform to an engine', byUs, byEngine, false, true],
  ] as const) {
    test(`${what} ${title}`, (t) => {
      const manifest = before === undefined ? undefined : manifestOf({}, before);
      t.is(isFromEngine(now, manifest), fromEngine);
      t.is(changesHands([parameter, now], manifest), hands);
    });
  }
}

test('a resource that no engine knows is never an engine’s', (t) => {
  t.false(isEngines(parameter));
  t.false(isEngines(undefined));
  t.false(changesHands([], manifestOf({}, floatingVip())));
});

/** Where the VIP is, and whether the host holds it by its engine. */
const held: readonly (readonly [
  title: string,
  manifest: Manifest | undefined,
  resource: Resource,
  on: string,
  held: boolean,
])[] = [
  ['its engine has moved it here', manifestOf({}, floatingVip()), floatingVip(), 'eth0', true],
  ['it is elsewhere', manifestOf({}, floatingVip()), floatingVip(), '', false],
  ['it is on another interface', manifestOf({}, floatingVip()), floatingVip(), 'eth1', false],
  [
    'lvsform has raised it, and an engine is to move it',
    manifestOf({}, ownVip()),
    floatingVip(),
    'eth0',
    false,
  ],
  ['lvsform raises it', manifestOf({}, ownVip()), ownVip(), 'eth0', false],
  ['its engine goes, and still has it here', manifestOf({}, floatingVip()), ownVip(), 'eth0', true],
  ['the host is new', undefined, floatingVip(), 'eth0', false],
];

for (const [title, manifest, resource, on, expected] of held) {
  test(`a VIP is ${expected ? '' : 'not '}held: ${title}`, (t) => {
    const places = on === '' ? [] : [{ interface: on, prefix: 32 }];
    const seen: ObservedAddress = { places, interfaces: ['eth0', 'eth1'] };
    t.deepEqual(
      heldBy(resource, new Map([[idOf(resource), seen]]), manifest),
      expected ? ['10.0.0.100'] : [],
    );
  });
}

test('only addresses are held', (t) => {
  t.deepEqual(heldBy(keepalivedTable, new Map(), manifestOf({}, keepalivedTable)), []);
});
