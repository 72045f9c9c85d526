import test from 'ava';
import { resourcesOf } from '../../src/components/index.ts';
import { render } from '../support/daemons.ts';
import { dr, inventoryOf } from '../support/inventories.ts';

const rows: readonly (readonly [failover: string, ways: readonly string[]])[] = [
  [
    'heartbeat',
    ['ucast eth0 172.16.100.2', 'ucast eth0 172.16.100.3', 'ucast eth1 10.9.0.2', 'ucast eth1 10.9.0.3'],
  ],
  ['heartbeat, transport: broadcast', ['bcast eth0', 'bcast eth1']],
  ['heartbeat, transport: multicast', ['mcast eth0 225.0.0.1 694 1 0', 'mcast eth1 225.0.0.1 694 1 0']],
  [
    'pacemaker',
    ['ring0_addr: 172.16.100.2', 'ring1_addr: 10.9.0.2', 'ring0_addr: 172.16.100.3', 'ring1_addr: 10.9.0.3'],
  ],
];

for (const [failover, ways] of rows) {
  test(`the ways between directors with a second link: ${failover}`, (t) => {
    const link = 'second_link: { INTERFACE addresses: { lb1: 10.9.0.2, lb2: 10.9.0.3 } }'.replace(
      'INTERFACE',
      failover.startsWith('heartbeat') ? 'interface: eth1,' : '',
    );
    const inventory = inventoryOf(
      dr
        .replace('172.16.100.2/24', '172.16.100.2/24\n      lb2: 172.16.100.3')
        .replace('    services:', `    failover: { engine: ${failover}, ${link} }\n    services:`),
    );
    const text = resourcesOf(inventory, inventory.hosts[0]!, 'debian', render)
      .flatMap((each) =>
        each.kind === 'file' && /ha\.cf$|corosync\.conf$/.test(each.path)
          ? JSON.stringify(each).split('\\n')
          : [],
      )
      .map((line) => line.trim());
    t.deepEqual(
      text.filter((line) => /^([ubm]cast|ring\d_addr:) /.test(line)),
      ways,
    );
  });
}
