import { addTo } from '../text/groups.ts';
import type { Cluster, Director, Host, Inventory, RealServer } from './cluster.ts';
import { oncePerInventory } from './once.ts';

/** The role of a host in one cluster. */
export type Role =
  | { readonly as: 'director'; readonly cluster: Cluster; readonly director: Director }
  | { readonly as: 'real server'; readonly cluster: Cluster; readonly server: RealServer };

/** The roles of a host, cluster by cluster, its roles as a director first. */
export function rolesOf(inventory: Inventory, { name }: Pick<Host, 'name'>): readonly Role[] {
  return rolesIn(inventory).get(name) ?? [];
}

/** True for a director of any cluster. */
export function isDirector(inventory: Inventory, name: string): boolean {
  return rolesOf(inventory, { name }).some((role) => role.as === 'director');
}

const rolesIn = oncePerInventory(({ clusters }): ReadonlyMap<string, readonly Role[]> => {
  const result = new Map<string, Role[]>();
  for (const cluster of clusters) {
    for (const director of cluster.directors)
      addTo(result, director.name, { as: 'director', cluster, director });
    for (const server of cluster.realServers)
      addTo(result, server.name, { as: 'real server', cluster, server });
  }
  return result;
});
