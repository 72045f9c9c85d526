import type { DirectorRole } from '../components/component.ts';
import type { Cluster, Director } from '../model/cluster.ts';
import { prefixTold } from '../model/director-network.ts';
import type { Failover } from '../model/failover.ts';
import { type Scope, scoped, valueOf } from './scope.ts';

/** The settings of a daemon that a director has once, equal in all its clusters. */
export type Agreed<S extends Scope> = Pick<Failover, keyof S & keyof Failover> & {
  /** The name of the first cluster, which the daemon uses for the whole. */
  readonly name: string;
  readonly directors: readonly Director[];
} & (S extends { readonly prefix: 'host' }
    ? {
        /** The prefix of the director's network; undefined if no cluster has it. */
        readonly prefix: number | undefined;
      }
    : unknown);

/**
 * The settings of scope `host`, and no others: settings of a single cluster cannot be read here. Undefined without clusters.
 * Throws if two clusters differ, which the rule LVS101 refuses before.
 */
export function agreed<S extends Scope>(scope: S, roles: readonly DirectorRole[]): Agreed<S> | undefined {
  const clusters = roles.map(({ cluster }) => cluster);
  const [first] = clusters;
  if (first?.failover === undefined) return undefined;
  const { name, directors, failover } = first;
  const settings = scoped(scope, 'host');
  sole(clusters.map(membersOf), 'directors');
  for (const each of settings)
    sole(
      clusters.map((cluster) => valueOf(cluster.failover!, each)),
      each,
    );
  const values = Object.fromEntries(settings.map((each) => [each, failover[each]]));
  const prefix = scope.prefix === 'host' ? { prefix: told(roles.map(prefixTold), 'prefix') } : {};
  return { ...values, ...prefix, name, directors } as Agreed<S>;
}

/** The one value that all of these are; undefined if there are none. */
export function sole<T>(values: readonly T[], setting: string): T | undefined {
  const [first, other] = new Map(values.map((each) => [JSON.stringify(each), each])).values();
  if (other !== undefined) throw new TypeError(`${setting} is wanted in two ways`);
  return first;
}

/** The one value of all that are not undefined. */
export function told<T>(values: readonly (T | undefined)[], setting: string): T | undefined {
  return sole(
    values.filter((each) => each !== undefined),
    setting,
  );
}

function membersOf({ directors }: Cluster): string[] {
  return directors.map(({ name }) => name).toSorted();
}
