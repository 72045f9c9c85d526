import test from 'ava';
import { parseAnswer } from '../../src/shell/answer.ts';
import { judgeBinding } from '../../src/verify/bindings.ts';
import { judgeClocks, offsetOf } from '../../src/verify/clocks.ts';
import { judgeListening, readSockets, type Sockets } from '../../src/verify/listening.ts';
import { judgeArp } from '../../src/verify/neighbours.ts';
import { dr, inventoryOf } from '../support/inventories.ts';

/** As the kernel prints it: nginx on every address's port 80, a UDP socket on 172.16.100.1:7. */
const sockets = `
@F clock
1795240000.5

@F macs
lo 00:00:00:00:00:00
eth0 52:54:00:4c:01:01

@F sockets tcp
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   2: 076410AC:0050 326410AC:9C41 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0

@F sockets udp
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
  10: 016410AC:0007 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0

@F end
`;

test('listening sockets and hardware addresses are read from what the kernel prints', (t) => {
  const { listens, macs } = readSockets(parseAnswer(sockets, 'F'));
  t.deepEqual([...listens!], ['tcp *:80', 'tcp 127.0.0.1:8080', 'udp 172.16.100.1:7']);
  t.is(macs.get('eth0'), '52:54:00:4c:01:01');
});

test('a real server that does not listen where the director sends to is named', (t) => {
  const cluster = inventoryOf(dr).clusters[0]!;
  const heard = (...listens: string[]): Sockets => ({
    addresses: new Set(),
    loopback: new Set(['172.16.100.1']),
    macs: new Map(),
    listens: new Set(listens),
  });
  const both = new Map([
    ['rs1', heard('tcp *:80')],
    ['rs2', heard('tcp 172.16.100.1:80')],
  ]);
  t.is(judgeListening(cluster, both)[0]!.sound, 'yes');
  const one = new Map([...both, ['rs2', heard('tcp 172.16.100.8:80', 'udp *:80')] as const]);
  t.deepEqual(judgeListening(cluster, one)[0]!.details, [
    'rs2: nothing listens on tcp 172.16.100.1:80, where the director sends to',
  ]);
  t.deepEqual(judgeListening(cluster, new Map()), []);
  const bare: Sockets = { ...heard('tcp *:80'), loopback: new Set(['127.0.0.1']) };
  const without = judgeListening(cluster, new Map([...both, ['rs2', bare] as const]))[0]!;
  t.is(without.sound, 'no');
  t.deepEqual(without.details, ['rs2 does not have 172.16.100.1']);
  const first = new Map([['rs1', heard('tcp *:80')]]);
  t.is(
    judgeListening(cluster, first)[0]!.text,
    'web: rs1 listens where the director sends to (not asked: rs2)',
  );
  const idle = dr.replace('weight: 2', 'weight: 0');
  const other = new Map([
    ['rs1', heard()],
    ['rs2', heard('tcp *:80')],
  ] as const);
  t.is(
    judgeListening(inventoryOf(idle).clusters[0]!, other)[0]!.text,
    'web: rs2 listens where the director sends to',
  );
});

test('where no real server could be checked, verify does not say that they listen', (t) => {
  const silent = (rest: Partial<Sockets> = {}): Sockets => ({
    addresses: new Set(),
    loopback: new Set(['172.16.100.1']),
    macs: new Map(),
    listens: new Set(),
    ...rest,
  });
  const verdict = (from: string, to: string, heard: Sockets): string => {
    const [cluster] = inventoryOf(dr.replace(from, to)).clusters;
    return judgeListening(
      cluster!,
      new Map([
        ['rs1', heard],
        ['rs2', heard],
      ] as const),
    )[0]!.sound;
  };
  t.is(verdict('port: 80', 'port: 80, protocol: sctp', silent()), 'unsure');
  t.is(verdict('port: 80', 'port: 0, persistence: 300', silent()), 'unsure');
  t.is(verdict('port: 80', 'port: 80, real_servers: { rs1: 0, rs2: 0 }', silent()), 'unsure');
  const listening = silent({ listens: new Set(['tcp *:80']) });
  t.is(verdict('port: 80', 'port: 80', { ...listening, addresses: undefined }), 'unsure');
  t.is(verdict('port: 80', 'port: 80', listening), 'yes');
});

const vips = [{ address: '172.16.100.1', prefix: 32, interface: 'eth0', label: 'eth0:0' }];

test('who else answers ARP for the VIP is named by its hardware address', (t) => {
  const said = (text: string) => parseAnswer(`\n@F arp 172.16.100.1\n${text}\n@F end\n`, 'F');
  const known = new Map([
    [
      'rs1',
      {
        addresses: new Set<string>(),
        loopback: new Set<string>(),
        macs: new Map([['eth0', '52:54:00:4c:01:01']]),
        listens: undefined,
      },
    ],
  ]);
  const quiet = said(
    'ARPING 172.16.100.1 from 0.0.0.0 eth0\nSent 2 probes (2 broadcast(s))\nReceived 0 response(s)',
  );
  t.is(judgeArp('lb1', vips, quiet, known)[0]!.sound, 'unsure', 'lb1 may not have it');
  const director = (...addresses: string[]): Sockets => ({
    addresses: new Set(addresses),
    loopback: new Set(),
    macs: new Map(),
    listens: undefined,
  });
  const holding = new Map([...known, ['lb1', director('172.16.100.1')] as const]);
  t.is(judgeArp('lb1', vips, quiet, holding)[0]!.text, 'only lb1 answers ARP for 172.16.100.1');
  const bare = judgeArp('lb1', vips, quiet, new Map([...known, ['lb1', director()] as const]))[0]!;
  t.is(bare.sound, 'no');
  t.is(bare.text, 'no host answers ARP for 172.16.100.1: lb1 does not have it');
  const loud = said('Unicast reply from 172.16.100.1 [52:54:00:4C:01:01]  0.812ms');
  t.is(judgeArp('lb1', vips, loud, known)[0]!.sound, 'no');
  t.regex(judgeArp('lb1', vips, loud, known)[0]!.text, /rs1 \(52:54:00:4c:01:01\) answers ARP/);
  const none = parseAnswer('\n@F end\n', 'F');
  t.is(judgeArp('lb1', vips, none, known)[0]!.sound, 'unsure');
});

test('clocks are compared by what is certain about them', (t) => {
  const clock = (host: string, ahead: number, slow = 200) =>
    offsetOf(host, [{ sent: 1000, got: 1000 + slow, said: String(1 + slow / 2000 + ahead) }])!;
  t.is(judgeClocks([clock('a', 0), clock('b', 0.3)])[0]!.sound, 'yes');
  const far = judgeClocks([clock('a', 0), clock('b', 2)])[0]!;
  t.is(far.sound, 'no');
  t.deepEqual(far.details, ['a and b: at least 1.8 s']);
  t.is(judgeClocks([clock('a', 0, 3000), clock('b', 0.1, 3000)])[0]!.sound, 'unsure');
  t.deepEqual(judgeClocks([clock('a', 0)]), []);
  t.is(offsetOf('a', [{ sent: 0, got: 1, said: 'date: bad' }]), undefined);
});

test('a clock that is set while it is asked is no clock that differs', (t) => {
  const answers = (first: number, second: number): { sent: number; got: number; said: string }[] => [
    { sent: 0, got: 3000, said: String(first) },
    { sent: 3000, got: 6000, said: String(second) },
  ];
  const steady = offsetOf('a', answers(1, 4))!;
  t.deepEqual(steady, { host: 'a', least: -2, most: 1 });
  const set = offsetOf('b', answers(10, 4))!;
  t.deepEqual(set, { host: 'b', least: -2, most: 1, moved: true });
  const [finding] = judgeClocks([steady, set]);
  t.is(finding!.sound, 'unsure');
  t.regex(finding!.text, /set while they were read/);
});

test('of several answers about a clock, what they leave in common counts', (t) => {
  const offset = offsetOf('a', [
    { sent: 0, got: 3000, said: '1' },
    { sent: 4000, got: 4100, said: '4.05' },
  ])!;
  t.true(offset.most - offset.least < 0.11);
});

/** What arping prints where it could not ask: that is no answer, whatever its status was. */
const failures: readonly (readonly [said: string, why: string])[] = [
  ['arping: Interface "eth0" is not ARPable', 'says: arping: Interface "eth0" is not ARPable'],
  ['arping: Device eth0 not available.', 'says: arping: Device eth0 not available.'],
  ['arping: socket: Operation not permitted', 'says: arping: socket: Operation not permitted'],
  ["arping: invalid option -- 'D'\nusage: arping", 'says: usage: arping'],
  ['', 'says nothing'],
];

for (const [said, why] of failures)
  test(`an arping that could not ask proves nothing: ${said.split('\n')[0]}`, (t) => {
    const answer = parseAnswer(`\n@F arp 172.16.100.1\n${said}\n@F end\n`, 'F');
    const lb1: Sockets = {
      addresses: new Set(['172.16.100.1']),
      loopback: new Set(),
      macs: new Map(),
      listens: undefined,
    };
    const [finding] = judgeArp('lb1', vips, answer, new Map([['lb1', lb1]]));
    t.is(finding!.sound, 'unsure');
    t.is(finding!.text, `not known who answers ARP for 172.16.100.1: arping on lb1's eth0 ${why}`);
  });

test('a VIP on lo is on the host, and a host that tells no address is not one that lacks it', (t) => {
  const lines = '1: lo    inet 127.0.0.1/8 scope host lo\n1: lo    inet 172.16.100.1/32 scope global lo\n';
  const told = readSockets(parseAnswer(`\n@F addresses\n${lines}\n@F end\n`, 'F'));
  t.deepEqual([...told.loopback], ['127.0.0.1', '172.16.100.1']);
  t.deepEqual([...told.addresses!], []);
  t.is(readSockets(parseAnswer('\n@F addresses\n\n@F end\n', 'F')).addresses, undefined);
  t.is(readSockets(parseAnswer('\n@F end\n', 'F')).addresses, undefined);
});

test('a binding is not right if it is not known what would be right', (t) => {
  const neighbour = parseAnswer(
    '\n@F neighbour 172.16.100.1\n172.16.100.1 dev eth0 lladdr 52:54:00:4c:01:01 PERMANENT\n@F end\n',
    'F',
  );
  const probes = new Map([['client', neighbour]]);
  t.is(judgeBinding(vips[0]!, 'lb1', new Map(), probes).sound, 'unsure');
  const lb1 = { ...readSockets(parseAnswer('\n@F macs\neth0 52:54:00:4c:01:01\n\n@F end\n', 'F')) };
  t.is(judgeBinding(vips[0]!, 'lb1', new Map([['lb1', lb1]]), probes).sound, 'yes');
});
