import { readInventory } from '../src/inventory/read.ts';
import type { Inventory } from '../src/model/cluster.ts';

/** A DR cluster of this many hosts: one director, the others real servers. */
export function clusterOf(hosts: number): Inventory {
  const { inventory, problems } = readInventory([{ name: 'bench.yaml', text: clusterText(hosts) }]);
  if (inventory === undefined) throw new Error(JSON.stringify(problems));
  return inventory;
}

export function clusterText(hosts: number): string {
  const servers = Array.from(
    { length: Math.max(1, hosts - 1) },
    (_, index) => `      rs${index + 1}: ${addressOf(index + 1)}`,
  );
  return `name: bench
clusters:
  bench:
    mode: dr
    vip: 10.64.0.1
    hosts_file: false
    directors:
      lb1: ${addressOf(0)}/16
    real_servers:
${servers.join('\n')}
    services:
      - { port: 80, scheduler: wlc }
      - { port: 443, scheduler: wlc, persistence: 600 }
`;
}

const addressOf = (index: number): string => `10.64.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
