import type { Cluster, Inventory } from './cluster.ts';
import type { SecretNeed } from './secret.ts';

/** The secrets that the documents of these hosts need; of all hosts, if none are given. Each name once. */
export function secretNeeds({ clusters }: Inventory, hosts?: ReadonlySet<string>): SecretNeed[] {
  const needs = clusters
    .filter(({ directors }) => hosts === undefined || directors.some(({ name }) => hosts.has(name)))
    .flatMap((cluster) =>
      [
        cluster.failover?.key ?? [],
        cluster.failover?.nodeKey ?? [],
        passwordsOf(cluster),
        (cluster.failover?.fencing ?? []).flatMap(({ secrets }) => Object.values(secrets)),
      ].flat(),
    );
  return [...new Map(needs.map((need) => [need.name, need])).values()];
}

/** The passwords with which a cluster's checks log in. */
export function passwordsOf({ services }: Cluster): SecretNeed[] {
  return services.flatMap(({ check }) => check.password ?? []);
}

/** The names of the two halves of an SSH key, which is made from a secret. */
export function sshKeyForms({ name }: SecretNeed): { readonly private: string; readonly public: string } {
  return { private: `${name}.private`, public: `${name}.public` };
}
