import test from 'ava';
import fc from 'fast-check';
import { resourcesOf } from '../../src/components/index.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { families } from '../../src/model/family.ts';
import { parseAnswer } from '../../src/shell/answer.ts';
import { type Manifest, writeManifest } from '../../src/observe/manifest.ts';
import type { ManagedResource } from '../../src/resources/managed.ts';
import { UnusableManifest } from '../../src/shell/unusable.ts';
import { renderer } from '../../src/render/templates.ts';
import { idOf, kindOf, type Resource } from '../../src/resources/index.ts';
import { readManaged } from '../../src/resources/managed.ts';
import { inventoryAt, shown } from '../support/inventories.ts';
import { world } from '../support/world.ts';

const render = renderer(await readTemplates());

/** As they stand in the manifest on a host. */
function written(resources: Manifest['resources']): Record<string, ManagedResource> {
  const text = writeManifest({
    version: 1,
    plan: '',
    clusters: [],
    roster: [],
    resources,
  } as unknown as Manifest);
  return (JSON.parse(text) as Manifest).resources;
}

function readAll(resources: Record<string, ManagedResource>): Record<string, ManagedResource> {
  return Object.fromEntries(Object.entries(resources).map(([id, each]) => [id, readManaged(id, each)]));
}

async function everyResource(): Promise<Resource[]> {
  const found = new Map<string, Resource>();
  for (const path of shown) {
    const inventory = await inventoryAt(path);
    for (const host of inventory.hosts.filter(({ managed }) => managed)) {
      for (const family of families) {
        for (const each of resourcesOf(inventory, host, family, render)) {
          found.set(JSON.stringify(each), each);
        }
      }
    }
  }
  return [...found.values()];
}

const nothing = parseAnswer('', 'frame');
const all = (await everyResource()).map((resource) => {
  const [before] = kindOf(resource).parse(nothing, [resource]);
  return [idOf(resource), { resource, before }] as const;
});

test('what every inventory asks for is read back from a manifest as it was written', (t) => {
  t.is(kinds.length, 18);
  t.true(all.length > 600, String(all.length));
  for (const [id, managed] of all) {
    const text = written({ [id]: managed });
    t.deepEqual(written(readAll(text)), text, id);
  }
});

for (const path of [
  'inventories/pacemaker',
  'inventories/nat',
  'inventories/tun',
  'inventories/fwmark',
  'inventories/content',
  'inventories/keepalived-dual',
]) {
  test(`the manifests that ${path} leaves on its hosts are read back as they are`, async (t) => {
    const inventory = await inventoryAt(path);
    const w = await world(t, inventory);
    await w.apply(await w.plan());
    for (const { name } of inventory.hosts.filter(({ managed }) => managed)) {
      const { resources } = JSON.parse(
        await w.sim.shell(name, 'cat var/lib/lvsform/manifest.json'),
      ) as Manifest;
      t.true(Object.keys(resources).length > 0);
      t.deepEqual(written(readAll(resources)), resources);
    }
  });
}

const kinds = [...new Map(all.map((each) => [each[1].resource.kind, each])).values()];
const junk: readonly unknown[] = [
  null,
  0,
  -1,
  1e300,
  [],
  {},
  true,
  '',
  'x'.repeat(100_000),
  'a\0b',
  '../../etc/shadow',
  'relative/path',
  '/etc/x\n/etc/y',
  '$(reboot)',
  '999.1.2.3',
  '__proto__',
];

/** Every value within a value, by its way from the top. */
function places(value: unknown, way: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...way]];
  return [[...way], ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...way, key]))];
}

/** The value with something else at a place, or with nothing there. */
function changed(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string,
    unknown
  >;
  const inner = changed(copy[key], rest, to);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

test('a manifest in which anything is something else is read or refused, and nothing else', (t) => {
  let refused = 0;
  for (const [id, managed] of kinds) {
    const [whole] = Object.values(written({ [id]: managed }));
    for (const way of places(whole)) {
      for (const to of [undefined, ...junk]) {
        try {
          const read = readManaged(id, changed(whole, way, to));
          t.is(idOf(read.resource), id);
        } catch (error) {
          if (!(error instanceof UnusableManifest)) t.fail(`${id} ${way.join('.')} ${String(error)}`);
          refused += 1;
        }
      }
    }
  }
  t.true(refused > 2000, String(refused));
});

test('any JSON at all is read or refused', (t) => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.jsonValue(),
      fc.constantFrom(...kinds.map(([id]) => id)),
      (some, value, id) => {
        const { resource } = kinds.find((each) => each[0] === id)![1];
        for (const entry of [
          value,
          { resource: value, before: value },
          { resource, before: value },
          { resource: { ...resource, extra: value }, before: value },
        ]) {
          for (const key of [some, id]) {
            try {
              readManaged(key, entry);
            } catch (error) {
              t.true(error instanceof UnusableManifest, String(error));
            }
          }
        }
      },
    ),
  );
});

test('what must not be in a manifest: another resource under its key, wrong paths, names, addresses and NULs', (t) => {
  const file = { kind: 'file', path: '/etc/x', want: { state: 'absent' } };
  const before = { state: 'absent' };
  t.is(readManaged('file:/etc/x', { resource: file, before }).resource.kind, 'file');
  const cases: [string, unknown, RegExp][] = [
    ['file:/etc/y', { resource: file, before }, /file:\/etc\/y: it describes file:\/etc\/x/],
    ['file:etc/x', { resource: { ...file, path: 'etc/x' }, before }, /path: expected an absolute path/],
    ['file:/a\0', { resource: { ...file, path: '/a\0' }, before }, /path: expected an absolute path/],
    ['file:/etc/x', { resource: file, before: { state: 'gone' } }, /file:\/etc\/x: state: /],
    [
      'address:10.0.0.999 lo',
      {
        resource: { kind: 'address', address: '10.0.0.999', prefix: 32, interface: 'lo', want: 'present' },
        before: { places: [], interfaces: [] },
      },
      /address: expected an IP address/,
    ],
    [
      'module:a b',
      { resource: { kind: 'module', name: 'a b' }, before: { loaded: true } },
      /name: expected a name/,
    ],
    [
      'teapot:',
      { resource: { kind: 'teapot' }, before: {} },
      /a resource of the kind teapot, which this lvsform does not know: use a newer one/,
    ],
    [
      'virtual-service:-t 10.0.0.1:80 -C',
      {
        resource: {
          kind: 'virtual-service',
          key: '-t 10.0.0.1:80 -C',
          want: 'absent',
          drain: { timeout: 1, connections: 0 },
        },
        before: {},
      },
      /key: expected a service/,
    ],
  ];
  for (const [id, value, message] of cases) {
    t.throws(() => readManaged(id, value), { instanceOf: UnusableManifest, message });
  }
});
