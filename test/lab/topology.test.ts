import test from 'ava';
import fc from 'fast-check';
import { guestFiles, managementAddress } from '../../src/lab/guest.ts';
import { NoTopology } from '../../src/lab/networks.ts';
import { machineOf } from '../../src/lab/store.ts';
import { type Machine, type Topology, topologyOf } from '../../src/lab/topology.ts';
import { contains } from '../../src/net/address.ts';
import { dr, inventoryAt, inventoryOf, shown } from '../support/inventories.ts';

const summary = ({ machines }: Topology): Record<string, string> =>
  Object.fromEntries(
    machines.map(({ name, links, gateways }) => [
      name,
      [
        ...links.map((link) => `${link.interface} ${link.address}/${link.prefix}`),
        ...gateways.map((gateway) => `via ${gateway}`),
      ].join(', '),
    ]),
  );

test('DR: one network; a client of the lab’s own where the inventory has no probe', (t) => {
  t.deepEqual(summary(topologyOf(inventoryOf(dr))), {
    lb1: 'eth0 172.16.100.2/24',
    rs1: 'eth0 172.16.100.7/24',
    rs2: 'eth0 172.16.100.8/24',
    client: 'eth0 172.16.100.254/24',
  });
});

test('NAT: the director has an address in the VIP’s network; real servers with a table have another way out', async (t) => {
  const { machines } = topologyOf(await inventoryAt('inventories/nat-port-mapping'));
  t.deepEqual(summary({ machines } as unknown as Topology), {
    lb1: 'eth0 192.168.0.254/24, eth1 192.168.56.102/24',
    rs1: 'eth0 192.168.0.253/24, eth1 192.168.56.101/24',
    rs2: 'eth0 192.168.0.252/24, eth1 192.168.56.103/24',
    client: 'eth0 192.168.0.50/24',
  });
  t.deepEqual(machines.find(({ name }) => name === 'rs1')?.serves?.http, [80, 8088]);
});

test('a probe in another network than the VIP brings a router', (t) => {
  const text = `${dr}    probes: { client: 10.9.0.50/24 }\n`;
  t.deepEqual(summary(topologyOf(inventoryOf(text))), {
    lb1: 'eth0 172.16.100.2/24, via 172.16.100.254',
    rs1: 'eth0 172.16.100.7/24, via 172.16.100.254',
    rs2: 'eth0 172.16.100.8/24, via 172.16.100.254',
    client: 'eth0 10.9.0.50/24, via 10.9.0.254',
    router: 'eth0 172.16.100.254/24, eth1 10.9.0.254/24',
  });
});

test('the management network is none of the inventory’s', (t) => {
  const text = dr.replace(/172\.16\.100\.([278])/g, '198.18.0.$1');
  t.is(topologyOf(inventoryOf(dr)).management, '198.18.0.0/24');
  t.is(topologyOf(inventoryOf(text)).management, '198.19.255.0/24');
});

for (const path of shown) {
  test(`${path}: every address once, in the network of its link, and every file in its place`, async (t) => {
    const inventory = await inventoryAt(path);
    const topology = topologyOf(inventory);
    const links = topology.machines.flatMap((machine: Machine) => machine.links);
    const addresses = [
      ...links.map(({ address }) => address),
      ...inventory.clusters.flatMap(({ vips }) => vips.map(({ address }) => address)),
    ];
    t.is(new Set(addresses).size, addresses.length);
    for (const { address, network } of links) t.true(contains(topology.networks[network]!, address));
    const pair = { private: 'p', public: 'q' };
    const hosts = new Map(topology.machines.map(({ name }) => [name, pair] as const));
    const files = guestFiles(topology, inventory, { login: pair, hosts });
    t.is(new Set(files.map((file) => file.path)).size, files.length);
    t.is(
      files
        .find((file) => file.path === 'lab/hosts')!
        .content.trim()
        .split('\n').length,
      topology.machines.length,
    );
    t.is(new Set(topology.machines.map((_, index) => managementAddress(topology, index))).size, hosts.size);
  });
}

test('a network without room for the lab’s own addresses is refused', (t) => {
  const text = dr
    .replace('172.16.100.2/24', '172.16.100.2/30')
    .replace('rs1: { address: 172.16.100.7, weight: 2 }', 'rs1: 172.16.100.3')
    .replace('      rs2: 172.16.100.8\n', '')
    .replace('rs1: 172.16.100.3', 'rs1: 172.16.100.6');
  const inventory = inventoryOf(`${text}    network: 172.16.100.0/29\n`);
  t.notThrows(() => topologyOf(inventory));
  const full = {
    ...inventory,
    hosts: inventory.hosts
      .flatMap((host) =>
        [3, 4, 5].map((last) => ({ ...host, name: `${host.name}${last}`, address: `172.16.100.${last}` })),
      )
      .concat(inventory.hosts),
  };
  t.throws(() => topologyOf(full), { instanceOf: NoTopology, message: /has no free address/ });
});

test('whatever the networks, invented addresses are free and links lie in their networks', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 16, max: 28 }),
      fc.constantFrom('dr', 'nat'),
      fc.constantFrom('10.3.0.9/24', '172.16.100.12/24', '192.168.7.7/20'),
      (prefix, mode, probe) => {
        const inventory = inventoryOf(
          `${dr
            .replace('172.16.100.2/24', `172.16.100.2/${prefix}`)
            .replace('mode: dr', `mode: ${mode}`)}    probes: { client: ${probe} }\n`,
        );
        const { machines, networks } = topologyOf(inventory);
        const links = machines.flatMap((machine) => machine.links);
        const addresses = links.map(({ address }) => address);
        return (
          new Set([...addresses, '172.16.100.1']).size === addresses.length + 1 &&
          links.every(({ address, network }) => contains(networks[network]!, address))
        );
      },
    ),
  );
  t.pass();
});

test('a host with a new name is the machine at its address; one that is reached in another way goes by its name', (t) => {
  const { machines } = topologyOf(inventoryOf(dr));
  const lab = { machines: machines.map((machine) => ({ ...machine, port: 1 })) };
  const found = (name: string, host: string, port?: number): string | undefined =>
    machineOf(lab, { name, ssh: { host, sudo: false, ...(port === undefined ? {} : { port }) } });
  t.is(found('rs1', '172.16.100.7'), 'rs1');
  t.is(found('web1', '172.16.100.7'), 'rs1', 'renamed');
  t.is(found('rs1', '172.16.100.8'), 'rs2', 'swapped');
  t.is(found('rs1', '10.0.0.7'), 'rs1', 'over a management address');
  t.is(found('rs1', '172.16.100.2', 2201), 'rs1', 'through a port of the director');
  t.is(found('web1', '10.0.0.7'), undefined);
});
