import { readInventory } from '../src/inventory/read.ts';
import type { Inventory } from '../src/model/cluster.ts';

/** The inventory of a text that must be sound. */
export function inventoryOf(text: string): Inventory {
  const { inventory, problems } = readInventory([{ name: 'bench.yaml', text }]);
  if (inventory === undefined) throw new Error(JSON.stringify(problems.slice(0, 5)));
  return inventory;
}

/** A DR cluster of this many hosts: one director, the others real servers. */
export function clusterOf(hosts: number): Inventory {
  return inventoryOf(clusterText(hosts));
}

export function clusterText(hosts: number): string {
  return clusterWith({
    servers: Math.max(1, hosts - 1),
    services: ['{ port: 80, scheduler: wlc }', '{ port: 443, scheduler: wlc, persistence: 600 }'],
  });
}

export interface Shape {
  readonly servers: number;
  readonly services: readonly string[];
  /** True where only the director is a host of ours. */
  readonly directorOnly?: true;
  /** Further lines of the cluster. */
  readonly more?: string;
}

export function clusterWith({ servers, services, directorOnly, more = '' }: Shape): string {
  const lines = Array.from({ length: servers }, (_, index) => {
    const address = addressOf(index + 1);
    return `      rs${index + 1}: ${directorOnly === undefined ? address : `{ address: ${address}, managed: false }`}\n`;
  });
  return `name: bench
clusters:
  bench:
    mode: dr
    vip: 10.64.0.1
    hosts_file: false
${more}    directors:
      lb1: ${addressOf(0)}/16
    real_servers:
${lines.join('')}    services:
${services.map((each) => `      - ${each}\n`).join('')}`;
}

export const vip = '10.64.0.1';

const addressOf = (index: number): string => `10.64.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
