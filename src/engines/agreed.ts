import type { DirectorRole } from '../components/component.ts';
import type { Cluster, Director } from '../model/cluster.ts';
import { prefixTold } from '../model/director-network.ts';
import type { Failover } from '../model/failover.ts';
import { type Scope, scoped, valueOf } from './scope.ts';

/** What all clusters of a director say alike about a daemon that it has once. */
export type Agreed<S extends Scope> = Pick<Failover, keyof S & keyof Failover> & {
  /** The first cluster's, by which the daemon calls the whole. */
  readonly name: string;
  readonly directors: readonly Director[];
} & (S extends { readonly prefix: 'host' }
    ? {
        /** Of the director's network; undefined where no cluster tells it. */
        readonly prefix: number | undefined;
      }
    : unknown);

/**
 * The settings of scope `host`, and no others: what each cluster has for itself cannot be read here. Undefined without
 * clusters. Throws where two clusters differ, which the rule LVS101 has refused before.
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

/** The one value that all of these are, or undefined of none. */
export function sole<T>(values: readonly T[], setting: string): T | undefined {
  const [first, other] = new Map(values.map((each) => [JSON.stringify(each), each])).values();
  if (other !== undefined) throw new TypeError(`${setting} is wanted in two ways`);
  return first;
}

/** The one value that all of these are that are any. */
export function told<T>(values: readonly (T | undefined)[], setting: string): T | undefined {
  return sole(
    values.filter((each) => each !== undefined),
    setting,
  );
}

function membersOf({ directors }: Cluster): string[] {
  return directors.map(({ name }) => name).toSorted();
}
