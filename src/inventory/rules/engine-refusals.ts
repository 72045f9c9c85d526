import {
  anothers,
  type Around,
  type FailoverFacts,
  type FailoverSetting,
  type Refusal,
  special,
  type SpecialSetting,
} from '../../engines/facts-shape.ts';
import type { Pair } from '../../model/failover.ts';
import type { Inventory } from '../../model/cluster.ts';
import { neighboursOf } from '../../model/neighbours.ts';
import type { Mistake } from '../problem.ts';
import { withDefaults } from '../settings.ts';
import type { InventoryShape } from '../shape.ts';
import { eachPair } from './each.ts';
import type { Rule } from './rule.ts';

type Engines = Readonly<Record<string, FailoverFacts>>;

/** The rules for what failover engines cannot do, from their facts: one for each page that they name, and a common one. */
export function engineRules(engines: Engines): readonly Rule[] {
  const pages = new Map(Object.values(engines).map(({ refuses }) => [refuses.id, refuses]));
  return [
    ...[...pages.values()].map(({ id, title, why }): Rule => ({
      id,
      severity: 'error',
      title,
      why,
      check: (inventory, shape) => refused(id, engines, inventory, shape),
    })),
    {
      id: anothers,
      severity: 'error',
      title: 'a setting of another engine',
      why: 'crm belongs to heartbeat, corosync and its quorum device to pacemaker, and sync groups to keepalived. corosync 1 supports only multicast, and corosync 3 encrypts only over knet.',
      check: (inventory, shape) => refused(anothers, engines, inventory, shape),
    },
  ];
}

function refused(rule: string, engines: Engines, inventory: Inventory, shape: InventoryShape): Mistake[] {
  return eachPair(inventory, (cluster) => {
    const { at, engine } = cluster.failover;
    const facts = engines[engine];
    if (facts === undefined) return [];
    const around = aroundOf(cluster, inventory, shape);
    const refusals = [...facts.cannot, ...others(engine, facts)];
    return refusals
      .filter((each) => (each.rule ?? facts.refuses.id) === rule)
      .filter(({ setting, when = (_, { told }) => told(setting as FailoverSetting) }) =>
        when(cluster, around),
      )
      .map(({ setting, message, hint }) => ({
        path: [...at, setting.split('.')[0]!],
        message: typeof message === 'string' ? message : message(cluster, around),
        hint: typeof hint === 'string' ? hint : hint(cluster, around),
      }));
  });
}

/** The settings that other engines have and this one does not. */
function others(engine: string, { has }: FailoverFacts): Refusal[] {
  return (Object.keys(special) as SpecialSetting[])
    .filter((setting) => !has.includes(setting))
    .map((setting) => {
      const { missing, hint = 'remove it' }: { missing: string; hint?: string } = special[setting];
      return { rule: anothers, setting, message: `${engine} ${missing}`, hint };
    });
}

function aroundOf(cluster: Pair, inventory: Inventory, shape: InventoryShape): Around {
  const own = shape.clusters[cluster.name];
  const written = own === undefined ? undefined : withDefaults(shape, own).failover;
  return {
    neighbours: neighboursOf(inventory, cluster),
    told: (setting) => {
      const [key, part] = setting.split('.') as [keyof NonNullable<typeof written>, string | undefined];
      const value: unknown = written?.[key];
      return isSaid(part === undefined ? value : (value as Record<string, unknown> | undefined)?.[part]);
    },
  };
}

/** False for an empty list and for a switch that is off: they ask for nothing. */
function isSaid(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
