import test from 'ava';
import { readInventory } from '../../src/inventory/read.ts';
import { rules } from '../../src/inventory/rules/index.ts';
import { dr, nat } from '../support/inventories.ts';

/** Each rule with inventories that break it: an edit of a sound one, and where the finding must stand. */
const cases: readonly [
  rule: string,
  base: string,
  from: string | RegExp,
  to: string,
  at: string,
  says: RegExp,
][] = [
  ['LVS010', dr, '172.16.100.8', '172.16.100.7', '10:12', /rs2 has the address 172\.16\.100\.7 of rs1/],
  ['LVS010', dr, '172.16.100.8', '172.16.100.2', '10:12', /rs2 has the address 172\.16\.100\.2 of lb1/],
  [
    'LVS011',
    dr,
    'vip: 172.16.100.1',
    'vip: 172.16.100.7',
    '5:10',
    /the VIP 172\.16\.100\.7 is the address of rs1/,
  ],
  [
    'LVS012',
    dr,
    'vip: 172.16.100.1',
    'vips: [172.16.100.1, 172.16.100.1]\n    drain: {}',
    '5:26',
    /given a second time/,
  ],
  ['LVS013', dr, 'vip: 172.16.100.1', 'vip: 127.0.0.5', '5:10', /is a loopback address/],
  ['LVS013', dr, 'vip: 172.16.100.1', 'vip: 224.0.0.5', '5:10', /is a multicast address/],
  ['LVS013', dr, 'vip: 172.16.100.1', 'vip: 169.254.0.5', '5:10', /is a link local address/],
  ['LVS014', dr, 'vip: 172.16.100.1', 'vip: "fd00::1"', '5:10', /is an IPv6 address/],
  ['LVS014', dr, 'rs2: 172.16.100.8', 'rs2: "fd00::8"', '10:12', /rs2 has the IPv6 address/],
  [
    'LVS015',
    nat,
    '192.168.10.3',
    '192.168.11.3',
    '10:12',
    /rs2 \(192\.168\.11\.3\) is outside the DIP’s network/,
  ],
  [
    'LVS016',
    dr,
    '172.16.100.8',
    '172.16.101.8',
    '10:12',
    /outside the director’s network 172\.16\.100\.0\/24/,
  ],
  ['LVS017', nat, '192.168.10.10/24', '192.168.10.10', '6:5', /the DIP’s network is not told/],
  ['LVS018', dr, '172.16.100.8', '172.16.100.255', '10:12', /network or broadcast address/],
  ['LVS030', dr, 'wlc }', 'wlc, real_port: 8080 }', '9:7', /rs1: port 80 cannot be mapped to 8080 under DR/],
  [
    'LVS061',
    dr,
    '    services:',
    '    probes: { rs2: 172.16.100.8 }\n    services:',
    '11:20',
    /the probe rs2 is rs2, a host of a cluster/,
  ],
  [
    'LVS014',
    dr,
    '    services:',
    '    probes: { c: "fd00::9" }\n    services:',
    '11:18',
    /c has the IPv6 address/,
  ],
  ['LVS062', dr, 'wlc }', 'wlc, ask: udp }', '12:42', /ask: udp is not for a tcp service/],
  [
    'LVS031',
    dr,
    /$/,
    '      - { port: 80 }\n',
    '13:17',
    /the service tcp 172\.16\.100\.1:80 is given a second time/,
  ],
  ['LVS032', dr, 'wlc', 'wlcc', '12:32', /unknown scheduler wlcc/],
  ['LVS033', dr, 'weight: 2', 'weight: 70000', '9:45', /rs1: the weight 70000 is out of range/],
  ['LVS033', dr, 'weight: 2', 'weight: -1', '9:45', /out of range/],
  ['LVS034', dr, 'wlc }', 'wlc, real_servers: [rs1, rs3] }', '12:57', /web has no real server rs3/],
  ['LVS035', dr, 'wlc }', 'wlc, vip: 172.16.100.9 }', '12:42', /web has no VIP 172\.16\.100\.9/],
  [
    'LVS035',
    dr,
    'vip: 172.16.100.1',
    'vips: [172.16.100.1, 172.16.100.5]',
    '12:9',
    /does not say on which of the 2 VIPs/,
  ],
  [
    'LVS036',
    dr,
    'wlc }',
    'wlc, real_servers: [rs1, rs1] }',
    '12:57',
    /rs1 \(172\.16\.100\.7:80\) is named twice/,
  ],
  ['LVS037', dr, 'wlc }', 'wlc, real_servers: { rs1: 0 } }', '12:9', /no real server takes connections/],
  ['LVS050', dr, /services:[^]*$/, 'services: []\n', '11:5', /web has no services/],
  [
    'LVS051',
    dr,
    'lb1: 172.16.100.2/24',
    'lb1: { address: 172.16.100.2, active: false }',
    '6:5',
    /no active directors/,
  ],
  ['LVS052', dr, 'rs2: 172.16.100.8', 'lb1: 172.16.100.2', '10:12', /lb1 is a director and a real server/],
  [
    'LVS053',
    dr,
    /$/,
    dr
      .replace('\nclusters:\n', '')
      .replace('web', 'two')
      .replaceAll('172.16.100.1\n', '172.16.100.3\n')
      .replace('172.16.100.8', '172.16.100.9'),
    '20:12',
    /rs2 differs here from clusters\.web\.real_servers\.rs2/,
  ],
  ['LVS054', dr, 'weight: 2', 'groups: [big]', '9:46', /rs1 is in the unknown group big/],
  [
    'LVS055',
    dr,
    'vip: 172.16.100.1',
    'vip: { address: 172.16.100.1, interface: abcdefghijklmn }',
    '5:5',
    /the label abcdefghijklmn:0 has 16 characters/,
  ],
  ['LVS056', dr, 'weight: 2', 'managed: false', '9:7', /rs1 is not managed/],
  ['LVS057', dr, 'weight: 2', 'gateway: table', '9:46', /gateway: table is for NAT/],
  [
    'LVS059',
    dr,
    'mode: dr',
    'mode: dr\n    defaults: { managed: false }',
    '8:12',
    /the director lb1 is not managed/,
  ],
  [
    'LVS060',
    nat,
    /$/,
    nat
      .replace('\nclusters:\n', '')
      .replace('web', 'two')
      .replaceAll('192.168.0.220', '192.168.0.221')
      .replace('lb1: { address: 192.168.10.10/24', 'lb2: { address: 192.168.10.11/24'),
    '19:12',
    /rs1 would need the gateways 192\.168\.10\.10 and 192\.168\.10\.11/,
  ],
  ['LVS058', dr, 'mode: dr', 'mode: dr\n    time: {}', '5:5', /time has no servers/],
];

for (const [rule, base, from, to, at, says] of cases) {
  test(`${rule} at ${at}: ${String(says)}`, (t) => {
    const text = base.replace(from, to);
    t.not(text, base);
    const { problems, inventory } = readInventory([{ name: 'x.yaml', text }]);
    const found = problems.filter((problem) => problem.rule === rule);
    t.is(found.length > 0, true, JSON.stringify(problems));
    t.regex(found.map(({ message }) => message).join('\n'), says);
    t.true(
      found.some(({ place }) => `${place.line}:${place.column}` === at),
      JSON.stringify(found),
    );
    t.true(found.every(({ hint }) => hint !== ''));
    t.is(
      inventory === undefined,
      problems.some(({ severity }) => severity === 'error'),
    );
  });
}

test('every rule is broken by some case', (t) => {
  const tried = new Set(cases.map(([rule]) => rule));
  t.deepEqual(
    rules.map(({ id }) => id).filter((id) => !tried.has(id)),
    [],
  );
});

test('no two rules have one id', (t) => {
  t.is(new Set(rules.map(({ id }) => id)).size, rules.length);
});

test('all problems are shown together, in the order of the file', (t) => {
  const text = dr
    .replace('wlc', 'wlcc')
    .replace('weight: 2', 'weight: 99999')
    .replace('vip: 172.16.100.1', 'vip: 172.16.100.7');
  const { problems } = readInventory([{ name: 'x.yaml', text }]);
  t.deepEqual(
    problems.map(({ rule }) => rule),
    ['LVS011', 'LVS033', 'LVS032'],
  );
});
