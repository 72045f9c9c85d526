import type { Cluster, Inventory } from './cluster.ts';
import { oncePerInventory } from './once.ts';
import { rolesOf } from './roles.ts';

const places = oncePerInventory(
  ({ clusters }): ReadonlyMap<Cluster, number> => new Map(clusters.map((each, index) => [each, index])),
);

/** The other clusters that have a director of this one, by the names of clusters and directors, in their order. */
export function neighboursOf(inventory: Inventory, { name, directors }: Cluster): Cluster[] {
  const roles = directors.flatMap((director) => rolesOf(inventory, director));
  const directed = new Set(roles.flatMap((role) => (role.as === 'director' ? [role.cluster] : [])));
  const placeOf = places(inventory);
  return [...directed]
    .filter((other) => other.name !== name)
    .toSorted((a, b) => placeOf.get(a)! - placeOf.get(b)!);
}
