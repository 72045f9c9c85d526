import type { Cluster, Inventory } from './cluster.ts';
import type { SecretNeed } from './secret.ts';

/** The secrets that the documents of these hosts need; of all hosts, where none are told. Each name once. */
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

/** What a cluster's checks log in with. */
export function passwordsOf({ services }: Cluster): SecretNeed[] {
  return services.flatMap(({ check }) => check.password ?? []);
}

/** Under which names the two halves of an SSH key are known, beside the secret that it is made of. */
export function sshKeyForms({ name }: SecretNeed): { readonly private: string; readonly public: string } {
  return { private: `${name}.private`, public: `${name}.public` };
}
