import type { Cluster } from '../../model/cluster.ts';
import { familyOf } from '../../net/address.ts';
import type { Mistake } from '../problem.ts';
import { unusedDefaults, withDefaults } from '../settings.ts';
import type { ClusterShape } from '../shape.ts';
import type { Rule } from './rule.ts';

const longestLabel = 15;

/** Rules about whole clusters. */
export const topologyRules: readonly Rule[] = [
  {
    id: 'LVS002',
    severity: 'error',
    title: 'the inventory has no name',
    why: 'A host keeps the name of the inventory that owns it. So lvsform can refuse to change or clean up the hosts of another inventory; see docs/ownership.md.',
    check: ({ name, clusters }) =>
      name !== ''
        ? []
        : [
            {
              path: ['name'],
              message: 'the inventory has no name',
              hint: `add a line at the top that no other inventory has: name: ${clusters[0]?.name ?? 'web'}`,
            },
          ],
  },
  {
    id: 'LVS003',
    severity: 'warning',
    title: 'the inventory has no cluster',
    why: 'Without a cluster no host is set up. Hosts that this inventory had before have left it, and lose what lvsform did there.',
    check: ({ clusters }) =>
      clusters.length > 0
        ? []
        : [
            {
              path: ['clusters'],
              message: 'no cluster: there is nothing to set up',
              hint: 'add one below clusters; lvsform init DIR makes an example',
            },
          ],
  },
  {
    id: 'LVS050',
    severity: 'error',
    title: 'a cluster lacks a part',
    why: 'A cluster needs a director, real servers, a VIP and a service.',
    check: ({ clusters }, shape) =>
      clusters.flatMap((cluster) =>
        parts
          .filter(({ count }) => count(cluster, shape.clusters[cluster.name]!) === 0)
          .map(({ key, add }) => ({
            path: [...cluster.at, key],
            message: `${cluster.name} has no ${key.replace('_', ' ')}`,
            hint: add,
          })),
      ),
  },
  {
    id: 'LVS051',
    severity: 'error',
    title: 'not exactly one active director',
    why: 'Without a failover engine exactly one director holds the VIPs. Two would fight over them by ARP.',
    check: ({ clusters }) =>
      clusters
        .filter(
          ({ directors }) => directors.length > 0 && directors.filter(({ active }) => active).length !== 1,
        )
        .map(({ name, at, directors }) => {
          const active = directors.filter((director) => director.active);
          return {
            path: active[1]?.at ?? [...at, 'directors'],
            message: `${name} has ${active.length === 0 ? 'no active director' : `${active.length} active directors`}`,
            hint: 'set active: true on one director',
          };
        }),
  },
  {
    id: 'LVS055',
    severity: 'error',
    title: 'the label of a VIP would be too long',
    why: 'ifconfig shows an address by its label (eth0:0), and a label can have 15 characters (IFNAMSIZ).',
    check: ({ clusters }) =>
      clusters.flatMap(({ vips, directors }) =>
        vips
          .filter(({ address }) => familyOf(address) === 'ipv4')
          .flatMap((vip, index): Mistake[] => {
            const devices = directors.map((director) => vip.interface ?? director.interface);
            const label = devices
              .map((device) => `${device}:${index}`)
              .find((each) => each.length > longestLabel);
            if (label === undefined) return [];
            return [
              {
                path: vip.at,
                message: `the label ${label} has ${label.length} characters, and the kernel allows ${longestLabel}`,
                hint: 'give the interface a shorter name',
              },
            ];
          }),
      ),
  },
  {
    id: 'LVS058',
    severity: 'warning',
    title: 'time without a source',
    why: 'The clocks of a cluster must agree. Without time servers, and without the directors as the source, nothing sets them.',
    check: ({ clusters }) =>
      clusters
        .filter(({ time }) => time !== undefined && time.servers.length === 0 && !time.fromDirectors)
        .map(({ at }) => ({
          path: [...at, 'time'],
          message: 'time has no servers',
          hint: 'add servers: [...], or from_directors: true',
        })),
  },
  {
    id: 'LVS122',
    severity: 'error',
    title: 'a default without effect',
    why: 'A cluster takes health, failover, drain and time from defaults, key by key, where it has no setting of its own. A cluster with another engine takes nothing of that section.',
    check: ({ clusters }, shape) =>
      clusters.length === 0
        ? []
        : unusedDefaults(shape).map((path) => ({
            path,
            message: `no cluster takes ${path.join('.')}`,
            hint: 'remove it, or remove the clusters’ own settings',
          })),
  },
  {
    id: 'LVS123',
    severity: 'error',
    title: 'settings of an engine without the engine',
    why: 'Settings of health and failover belong to an engine, which the cluster names, or defaults.',
    check: (_, shape) =>
      Object.entries(shape.clusters).flatMap(([name, written]) => {
        const settled = withDefaults(shape, written);
        return (['health', 'failover'] as const)
          .filter((section) => settled[section] !== undefined && settled[section].engine === undefined)
          .map((section) => ({
            path: ['clusters', name, section],
            message: `${name}: ${section} names no engine`,
            hint: 'add engine: keepalived',
          }));
      }),
  },
];

const parts: readonly {
  key: string;
  count: (cluster: Cluster, written: ClusterShape) => number;
  add: string;
}[] = [
  { key: 'directors', count: ({ directors }) => directors.length, add: 'add one: lb1: 10.0.0.1/24' },
  { key: 'real_servers', count: ({ realServers }) => realServers.length, add: 'add one: rs1: 10.0.0.11' },
  { key: 'vip', count: ({ vips }) => vips.length, add: 'add one: vip: 10.0.0.100' },
  { key: 'services', count: (_, { services }) => services.length, add: 'add one: - port: 80' },
];
