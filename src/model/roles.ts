import type { Cluster, Director, Host, Inventory, RealServer } from './cluster.ts';

/** The role of a host in one cluster. */
export type Role =
  | { readonly as: 'director'; readonly cluster: Cluster; readonly director: Director }
  | { readonly as: 'real server'; readonly cluster: Cluster; readonly server: RealServer };

/** The roles of all hosts by name, made once for an inventory: to search all clusters for each host would take quadratic time. */
const known = new WeakMap<Inventory, ReadonlyMap<string, readonly Role[]>>();

/** The roles of a host, cluster by cluster, its roles as a director first. */
export function rolesOf(inventory: Inventory, { name }: Pick<Host, 'name'>): readonly Role[] {
  const roles = known.get(inventory) ?? rolesIn(inventory);
  known.set(inventory, roles);
  return roles.get(name) ?? [];
}

function rolesIn({ clusters }: Inventory): Map<string, Role[]> {
  const result = new Map<string, Role[]>();
  const add = (name: string, role: Role): void => {
    const others = result.get(name);
    if (others === undefined) result.set(name, [role]);
    else others.push(role);
  };
  for (const cluster of clusters) {
    for (const director of cluster.directors) add(director.name, { as: 'director', cluster, director });
    for (const server of cluster.realServers) add(server.name, { as: 'real server', cluster, server });
  }
  return result;
}
