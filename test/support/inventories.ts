import { readInventory } from '../../src/inventory/read.ts';
import type { Inventory } from '../../src/model/cluster.ts';
import { readInventoryFiles } from '../../src/disk/inventory.ts';
import { problemLines } from '../../src/report/problems.ts';
import { plain } from '../../src/report/style.ts';

/** A text with a name for the inventory where it has none; at its end, so that the lines above keep their numbers. */
export function named(text: string): string {
  return /^name:|"name":/m.test(text) ? text : `${text.replace(/\n?$/, '\n')}name: test\n`;
}

/** The inventory that a text means; the test fails where it is not sound. */
export function inventoryOf(text: string): Inventory {
  const { inventory, problems } = readInventory([{ name: 'inventory.yaml', text: named(text) }]);
  if (inventory === undefined) throw new Error(problemLines(problems, plain));
  return inventory;
}

/** The inventory of a directory of this repository. */
export async function inventoryAt(path: string): Promise<Inventory> {
  const { files } = await readInventoryFiles(path);
  const { inventory, problems } = readInventory(files);
  if (inventory === undefined) throw new Error(problemLines(problems, plain));
  return inventory;
}

/** Every inventory that the repository shows to its readers. */
export const shown = [
  'inventories/dr',
  'inventories/nat',
  'inventories/nat-port-mapping',
  'inventories/nat-one-interface',
  'inventories/dr-ipv6',
  'inventories/nat-ipv6',
  'inventories/tun',
  'inventories/tun-ipv6',
  'inventories/fullnat',
  'inventories/mixed',
  'inventories/fwmark',
  'inventories/schedulers',
  'inventories/per-client',
  'inventories/pair',
  'inventories/ftp',
  'inventories/keepalived',
  'inventories/keepalived-nat',
  'inventories/keepalived-single',
  'inventories/keepalived-dual',
  'inventories/keepalived-gateway',
  'inventories/sync-group',
  'inventories/active-active',
  'inventories/ldirectord',
  'inventories/monitor',
  'inventories/heartbeat',
  'inventories/pacemaker',
  'inventories/quorum-device',
  'inventories/two-links',
  'inventories/heartbeat-crm',
  'inventories/corosync1',
  'inventories/cman',
  'inventories/content',
  'inventories/time',
  'examples/demo',
  'examples/two-clusters',
] as const;

export const dr = `name: test
clusters:
  web:
    mode: dr
    vip: 172.16.100.1
    directors:
      lb1: 172.16.100.2/24
    real_servers:
      rs1: { address: 172.16.100.7, weight: 2 }
      rs2: 172.16.100.8
    services:
      - { port: 80, scheduler: wlc }
`;

export const nat = `name: test
clusters:
  web:
    mode: nat
    vip: { address: 192.168.0.220, interface: eth0 }
    directors:
      lb1: { address: 192.168.10.10/24, interface: eth1 }
    real_servers:
      rs1: 192.168.10.2
      rs2: 192.168.10.3
    services:
      - { port: 80, real_port: 8080, scheduler: rr }
`;

/** A cluster like that of `dr` once more, beside it and on the same hosts. */
export function second(text: string): string {
  return text
    .replace('name: test\nclusters:\n', '')
    .replace('web', 'two')
    .replace('172.16.100.1\n', '172.16.100.4\n');
}
