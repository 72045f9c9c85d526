import test from 'ava';
import { serviceName } from '../../src/model/service-key.ts';
import { dr, inventoryOf, nat } from '../support/inventories.ts';

const two = dr.replace('vip: 172.16.100.1', 'vips: [172.16.100.1, 172.16.100.9]');

/** What is written as one service, and the same written out. */
const cases: readonly [base: string, short: string, long: readonly string[]][] = [
  [dr, 'ports: [80, 443]', ['port: 80', 'port: 443']],
  [dr, 'port: 53, protocol: [tcp, udp]', ['port: 53', 'port: 53, protocol: udp']],
  [dr, 'ports: [80, 53/udp]', ['port: 80', 'port: 53, protocol: udp']],
  [
    two,
    'vips: [172.16.100.1, 172.16.100.9], ports: [53, 853/tcp], protocol: [tcp, udp]',
    ['172.16.100.1', '172.16.100.9'].flatMap((vip) => [
      `vip: ${vip}, port: 53`,
      `vip: ${vip}, port: 53, protocol: udp`,
      `vip: ${vip}, port: 853`,
    ]),
  ],
  [nat, 'ports: [80, 8080], real_port: 8000', ['port: 80, real_port: 8000', 'port: 8080, real_port: 8000']],
  [
    nat,
    'ports: [80, 443], real_servers: { rs1: { port: 81 }, rs2: 3 }',
    [
      'port: 80, real_servers: { rs1: { port: 81 }, rs2: 3 }',
      'port: 443, real_servers: { rs1: { port: 81 }, rs2: 3 }',
    ],
  ],
  [
    nat,
    'ports: [80, 443], sorry_server: { server: rs2, port: 81 }, check: { kind: tcp, port: 7 }',
    [80, 443].map(
      (port) => `port: ${port}, sorry_server: { server: rs2, port: 81 }, check: { kind: tcp, port: 7 }`,
    ),
  ],
];

for (const [base, short, long] of cases) {
  test(`one written service stands for several: ${short}`, (t) => {
    const services = (written: readonly string[]): unknown[] => {
      const list = written.map((each) => `      - { ${each} }\n`).join('');
      const [cluster] = inventoryOf(base.replace(/ {6}- \{ port: 80.*\n/, list)).clusters;
      // The places differ: those of the long form are in several lines.
      return JSON.parse(
        JSON.stringify(cluster!.services, (key, value: unknown) => (/^(at|portAt)$/.test(key) ? '' : value)),
      ) as unknown[];
    };
    t.deepEqual(services([short]), services(long));
    t.is(services([short]).length, long.length);
  });
}

test('with a mark, both protocols are two places of one service', (t) => {
  const [cluster] = inventoryOf(
    dr.replace('port: 80', 'mark: 7, ports: [53, 80/tcp], protocol: [tcp, udp]'),
  ).clusters;
  t.deepEqual(
    cluster!.services.map((each) => [
      serviceName(each),
      each.places.map(({ protocol, first }) => `${first}/${protocol}`),
    ]),
    [['fwmark 7', ['53/tcp', '53/udp', '80/tcp']]],
  );
});
