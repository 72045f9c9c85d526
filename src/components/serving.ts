import type { Cluster } from '../model/cluster.ts';
import { serviceKey } from '../model/service-key.ts';
import type { Command } from '../shell/quote.ts';

/**
 * The command that shows that a unit which makes the table itself is ready: its services are in the table. (After a start or
 * reload it takes some time.)
 */
export function servingCommand(clusters: readonly Cluster[]): { readonly ready?: Command } {
  const keys = clusters.flatMap(({ services }) => services.map(serviceKey));
  return keys.length === 0 ? {} : { ready: ['serves', ...keys] };
}
