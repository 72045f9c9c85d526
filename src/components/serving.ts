import type { Cluster } from '../model/cluster.ts';
import { serviceKey } from '../model/service-key.ts';
import type { Command } from '../shell/quote.ts';

/**
 * How a unit that makes the table itself is seen to be at work: its services are in the table. (It takes up its
 * configuration in its own time after it was told to.)
 */
export function servingCommand(clusters: readonly Cluster[]): { readonly ready?: Command } {
  const keys = clusters.flatMap(({ services }) => services.map(serviceKey));
  return keys.length === 0 ? {} : { ready: ['serves', ...keys] };
}
