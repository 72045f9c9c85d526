import { type Role, rolesOf } from '../../components/component.ts';
import { wishesFor } from '../../components/once.ts';
import { scoped, valueOf, writtenAs } from '../../engines/scope.ts';
import type { Cluster, Inventory, Path } from '../../model/cluster.ts';
import { prefixTold } from '../../model/director-network.ts';
import { failoverFactsOf } from '../../model/failover.ts';
import { tunablesOf } from '../../model/tunables.ts';
import type { Finding } from '../problem.ts';
import { directiveWishes } from './shared-directives.ts';
import type { Rule } from './rule.ts';

/** A setting of something that a host has once, whatever the number of its clusters. */
export interface Wish {
  /** What it is, as the inventory calls it. */
  readonly setting: string;
  readonly at: Path;
  readonly value: unknown;
}

/**
 * Rules about hosts that several clusters share. Each daemon is there once, with settings that all clusters of its host
 * want alike (`engines/agreed.ts`, `components/once.ts`).
 */
export const sharedRules: readonly Rule[] = [
  {
    id: 'LVS048',
    severity: 'error',
    title: 'two clusters want one director in two ways',
    why: 'Timeouts, tunables and the synchronisation of connections belong to the whole director, not to one of its clusters. Without a failover engine a director either sends its connections or listens.',
    check: (inventory) => quarrels(inventory, directorWishes),
  },
  {
    id: 'LVS101',
    severity: 'error',
    title: 'two clusters want one failover engine in two ways',
    why: 'heartbeat, corosync and cman are there once on a director, with one set of nodes, one way to speak and one dead time. The second cluster’s settings would be lost. Only keepalived has an instance of its own for each cluster.',
    check: (inventory) => quarrels(inventory, failoverWishes),
  },
  {
    id: 'LVS102',
    severity: 'error',
    title: 'two clusters want one clock in two ways',
    why: 'A host has one clock and one daemon that keeps it.',
    check: (inventory) => quarrels(inventory, timeWishes),
  },
  {
    id: 'LVS103',
    severity: 'error',
    title: 'two clusters want one health engine in two ways',
    why: 'keepalived and ldirectord are there once on a director: they have one address for mail, and of a setting for the whole of them one value (ldirectord(8), keepalived.conf(5)).',
    check: (inventory) => quarrels(inventory, healthWishes),
  },
];

/** Where a host’s clusters want one setting in two ways: the later one is told, with the place of the first. */
function quarrels(inventory: Inventory, wishesOf: (role: Role) => readonly Wish[]): Finding[] {
  const found = inventory.hosts.flatMap((host) => {
    const first = new Map<string, Wish & { readonly cluster: string }>();
    return rolesOf(inventory, host).flatMap((role) =>
      wishesOf(role).flatMap((wish): Finding[] => {
        const cluster = role.cluster.name;
        const other = first.get(wish.setting);
        first.set(wish.setting, other ?? { ...wish, cluster });
        if (other === undefined || JSON.stringify(other.value) === JSON.stringify(wish.value)) return [];
        return [
          {
            path: wish.at,
            also: other.at,
            message: `${host.name} has other ${wish.setting} in ${other.cluster}`,
            hint: 'write the same in both clusters, or let them have other hosts',
          },
        ];
      }),
    );
  });
  // A pair of directors has its quarrel once.
  const once = new Map<string, Finding>();
  for (const each of found) {
    const places = JSON.stringify([each.path, each.also]);
    if (!once.has(places)) once.set(places, each);
  }
  return [...once.values()];
}

function directorWishes(role: Role): Wish[] {
  if (role.as !== 'director') return [];
  const { at } = role.cluster;
  return [
    ...wishesFor(role),
    ...tunablesOf(role.cluster).map(({ name, value }) => ({
      setting: `tunables (${name})`,
      at: [...at, 'tunables', name],
      value,
    })),
  ];
}

function failoverWishes(role: Role): Wish[] {
  const { cluster } = role;
  const { failover } = cluster;
  if (role.as !== 'director' || failover === undefined) return [];
  const { engine, at } = failover;
  const { scope } = failoverFactsOf(engine);
  const settings = scoped(scope, 'host').map((key) => ({
    setting: `${writtenAs(key)} of ${engine}`,
    at: [...at, writtenAs(key)],
    value: valueOf(failover, key),
  }));
  const members = cluster.directors.map(({ name }) => name).toSorted();
  const nodes = { setting: `directors under ${engine}`, at: [...cluster.at, 'directors'], value: members };
  const prefix = prefixTold(role);
  return [
    ...settings,
    ...(scope.directors === 'host' ? [nodes] : []),
    ...(scope.prefix !== 'host' || prefix === undefined
      ? []
      : [{ ...nodes, setting: `prefix of the directors under ${engine}`, value: prefix }]),
  ];
}

function timeWishes({ cluster }: Role): Wish[] {
  const { at, time } = cluster;
  return time === undefined ? [] : [{ setting: 'time', at: [...at, 'time'], value: time }];
}

function healthWishes(role: Role): Wish[] {
  if (role.as !== 'director') return [];
  return [...alertWishes(role.cluster), ...directiveWishes(role.cluster)];
}

function alertWishes({ health: { alert, engine } }: Cluster): Wish[] {
  if (alert === undefined) return [];
  return [{ setting: `alert of ${engine}`, at: alert.at, value: { ...alert, at: [] } }];
}
