import { type Role, rolesOf } from '../../model/roles.ts';
import { wishesFor } from '../../components/once.ts';
import { scoped, valueOf, writtenAs } from '../../engines/scope.ts';
import type { Cluster, Inventory, Path } from '../../model/cluster.ts';
import { prefixTold } from '../../model/director-network.ts';
import { failoverFactsOf } from '../../model/failover.ts';
import { tunablesOf } from '../../model/tunables.ts';
import type { Mistake } from '../problem.ts';
import { directiveWishes } from './shared-directives.ts';
import type { Rule } from './rule.ts';

/** A setting that a host has once, for all its clusters. */
export interface Wish {
  /** Its name in the inventory. */
  readonly setting: string;
  readonly at: Path;
  readonly value: unknown;
}

/**
 * Rules about hosts that several clusters share. A host has each daemon once, so all its clusters must want the same
 * settings (`engines/agreed.ts`, `components/once.ts`).
 */
export const sharedRules: readonly Rule[] = [
  {
    id: 'LVS048',
    severity: 'error',
    title: 'two clusters have different settings for one director',
    why: 'Timeouts, tunables and connection sync belong to the whole director, not to one of its clusters. The kernel sends all its connections, those of every cluster, by one interface and with one id.',
    check: (inventory) => quarrels(inventory, directorWishes),
  },
  {
    id: 'LVS101',
    severity: 'error',
    title: 'two clusters have different settings for one failover engine',
    why: 'A director runs heartbeat, corosync or cman once, with one set of nodes, one transport and one dead time. The second cluster’s settings would be lost. Only keepalived has an instance for each cluster.',
    check: (inventory) => quarrels(inventory, failoverWishes),
  },
  {
    id: 'LVS102',
    severity: 'error',
    title: 'two clusters have different settings for one clock',
    why: 'A host has one clock, and one daemon that sets it.',
    check: (inventory) => quarrels(inventory, timeWishes),
  },
  {
    id: 'LVS103',
    severity: 'error',
    title: 'two clusters have different settings for one health engine',
    why: 'A director runs keepalived or ldirectord once, with one mail address and one value for each global setting (ldirectord(8), keepalived.conf(5)).',
    check: (inventory) => quarrels(inventory, healthWishes),
  },
];

/** Reports settings that two clusters of a host want differently: at the later one, with the place of the first. */
function quarrels(inventory: Inventory, wishesOf: (role: Role) => readonly Wish[]): Mistake[] {
  const found = inventory.hosts.flatMap((host) => {
    const first = new Map<string, Wish & { readonly cluster: string }>();
    return rolesOf(inventory, host).flatMap((role) =>
      wishesOf(role).flatMap((wish): Mistake[] => {
        const cluster = role.cluster.name;
        const other = first.get(wish.setting);
        first.set(wish.setting, other ?? { ...wish, cluster });
        if (other === undefined || JSON.stringify(other.value) === JSON.stringify(wish.value)) return [];
        return [
          {
            path: wish.at,
            also: other.at,
            message: `${host.name} has conflicting ${wish.setting} in ${other.cluster}`,
            hint: 'write the same in both clusters, or use different hosts',
          },
        ];
      }),
    );
  });
  // Two directors of the same clusters would report the same contradiction.
  const once = new Map<string, Mistake>();
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
