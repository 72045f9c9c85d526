import fc from 'fast-check';
import test from 'ava';
import { resourcesOf } from '../../src/components/index.ts';
import { type Role, rolesOf } from '../../src/model/roles.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { readInventory } from '../../src/inventory/read.ts';
import type { Host, Inventory } from '../../src/model/cluster.ts';
import { shownText } from '../../src/model/secret.ts';
import { families, type Family } from '../../src/model/family.ts';
import { renderer } from '../../src/render/templates.ts';
import { stringFields } from '../support/fields.ts';

/**
 * Two clusters on the same hosts, with settings at random: what validate passes builds for every family, and each
 * cluster's settings are in the documents of both as they are in its own.
 */
const render = renderer(await readTemplates());

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 1 });

const health = fc.record({
  engine: fc.constantFrom('none', 'keepalived', 'ldirectord', 'monitor'),
  interval: maybe(fc.constantFrom(2, 9)),
  timeout: maybe(fc.constantFrom(2, 9)),
  quiesce: maybe(fc.boolean()),
  directives: seldom(
    fc.constantFrom(
      { global: ['a = 1'] },
      { global: ['a = 2'] },
      { global: ['block x {', 'a 1', '}'] },
      { global: ['block y {', 'a 2', '}', 'block z {', 'a 3', '}'] },
    ),
  ),
});

const failover = fc.record({
  engine: fc.constantFrom('keepalived', 'heartbeat', 'pacemaker', 'cman'),
  dead_time: seldom(fc.constantFrom(3, 8)),
  failback: seldom(fc.boolean()),
  transport: seldom(fc.constantFrom('multicast', 'unicast')),
  key: seldom(fc.constantFrom('generated', { env: 'KEY' })),
  fencing: seldom(fc.constantFrom([{ agent: 'fence_a' }], [{ agent: 'fence_b', hosts: ['lb1'] }])),
});

const cluster = fc.record({
  mode: fc.constantFrom('dr', 'tun', 'nat', 'fullnat'),
  tunnel: fc.constantFrom('ipip', 'gre', { type: 'gre', checksum: 'full' }, { type: 'gue', port: 7000 }),
  arp: seldom(fc.constantFrom('kernel', 'arptables')),
  health: maybe(health),
  failover: maybe(failover),
  sync: seldom(fc.constantFrom({}, { id: 3 })),
  timeouts: seldom(fc.constantFrom({ tcp: 60 }, { tcp: 90 })),
  tunables: seldom(fc.constantFrom({ drop_entry: 1 }, { drop_entry: 2 }, { schedule_icmp: 1 })),
  time: seldom(
    fc.constantFrom(
      { servers: ['a'] },
      { servers: ['b'] },
      { servers: ['a'], from_directors: true },
      { engine: 'ntpdate', servers: ['a'] },
    ),
  ),
  content: seldom(
    fc.constantFrom(
      [{ mount: 'h:/a', at: '/srv/a' }],
      [{ mount: 'h:/a', at: '/srv/a', options: 'rw' }],
      [{ rsync: 'h:/b', at: '/srv/b' }],
    ),
  ),
});

type Written = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

const pairs = fc.tuple(cluster, cluster, fc.boolean()).map(([a, b, alike]) => {
  // The same engines in both are what a pair of directors mostly has.
  const other = alike ? { ...b, failover: a.failover, health: a.health, time: a.time } : b;
  return { a: written(a, 0), b: written(other, 1) };
});

function written({ tunnel, failover: engine, ...settings }: Written, index: number): object {
  const nat = settings.mode === 'nat' && engine !== undefined;
  return {
    ...settings,
    vip: { address: `10.1.0.10${index}`, interface: 'eth0' },
    directors: { lb1: '10.1.0.2/24', lb2: '10.1.0.3/24' },
    real_servers: { rs1: { address: '10.1.0.11', tunnel: settings.mode === 'tun' ? tunnel : 'ipip' } },
    services: [{ port: 80 }],
    ...(engine === undefined
      ? {}
      : { failover: { ...engine, id: 51 + index, ...(nat ? { gateway: `10.1.0.20${index}/24` } : {}) } }),
  };
}

function read(clusters: object): { inventory: Inventory | undefined; rules: string[] } {
  const named = stringFields().includes('name') ? { name: 'pairs' } : {};
  const text = JSON.stringify({ ...named, clusters });
  const { inventory, problems } = readInventory([{ name: 'x.yaml', text }], render);
  return { inventory, rules: problems.map(({ rule }) => rule) };
}

/** What differs with the number of clusters and is no setting: labels by number, the name of the whole, processes. */
const numbered = /^(cluster_name:|<cluster |fork = |auth 1|1 sha1 |Description=|# )/;

/** The settings in the documents of the engines, each line by itself. */
function linesOf(inventory: Inventory, host: Host, family: Family, roles?: readonly Role[]): Set<string> {
  const found = resourcesOf(inventory, host, family, render, roles).flatMap((resource): string[] => {
    if (resource.kind === 'file' && resource.want.state === 'present') {
      // The scripts and RHEL 6's aliases of lo count the VIPs of all clusters.
      const content = shownText(resource.want.content);
      if (content.startsWith('#!') || resource.path.includes('/ifcfg-lo:')) return [];
      return content.split('\n').map((line) => `${resource.path} ${plain(line)}`);
    }
    if (resource.kind === 'ipvs-timeouts' || resource.kind === 'sysctl' || resource.kind === 'mount')
      return [JSON.stringify(resource)];
    return [];
  });
  return new Set(found.filter((line) => !numbered.test(line.slice(line.indexOf(' ') + 1))));
}

/** Without numbers that count what all clusters have together, and the name of the one whose key is taken. */
function plain(line: string): string {
  return line
    .trim()
    .replace(/ label \S+/, '')
    .replace(/fence-\d+/g, 'fence')
    .replace(/@@secret:\w+\/failover/, '@@secret');
}

test('what validate passes builds, and has the settings of both clusters', (t) => {
  const counts = { sound: 0, refused: 0 };
  fc.assert(
    fc.property(pairs, ({ a, b }) => {
      const { inventory } = read({ a, b });
      if (inventory === undefined) {
        counts.refused += 1;
        return;
      }
      counts.sound += 1;
      for (const host of inventory.hosts) {
        for (const family of families) {
          const both = linesOf(inventory, host, family);
          for (const role of rolesOf(inventory, host)) {
            // A standby's table is made where it becomes the active one.
            for (const line of linesOf(inventory, host, family, [role]))
              if (!both.has(line))
                throw new Error(`${host.name} ${family} ${role.cluster.name} lost: ${line}`);
          }
        }
      }
    }),
    { numRuns: 300, includeErrorInReport: true },
  );
  t.log(`${counts.sound} sound, ${counts.refused} refused`);
  t.true(counts.sound > 40 && counts.refused > 40);
});
