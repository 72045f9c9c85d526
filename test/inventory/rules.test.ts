import { readFile } from 'node:fs/promises';
import test from 'ava';
import { readInventory } from '../../src/inventory/read.ts';
import { rules } from '../../src/inventory/rules/index.ts';
import { dr, named, nat, second } from '../support/inventories.ts';

/** Each rule with inventories that break it: an edit of a sound one, and where the finding must stand. */
const watched = dr.replace('    services:', '    health: { engine: keepalived }\n    services:');
const pair = dr.replace(
  '172.16.100.2/24',
  '172.16.100.2/24\n      lb2: 172.16.100.3\n    failover: { engine: keepalived }',
);
const together = await readFile(
  new URL('../../../inventories/sync-group/cluster.yaml', import.meta.url),
  'utf8',
);
const exchanged = await readFile(
  new URL('../../../inventories/active-active/cluster.yaml', import.meta.url),
  'utf8',
);
const natPair = nat.replace(
  '192.168.10.10/24, interface: eth1 }',
  '192.168.10.10/24, interface: eth1 }\n      lb2: { address: 192.168.10.11, interface: eth1 }\n    failover: { engine: keepalived, gateway: 192.168.10.1/24 }',
);
const lines = (text: string): string => watched.replace('keepalived', `keepalived, directives: { ${text} }`);
/** Another pair, beside that of `pair`, with hosts of its own. */
const pairs =
  pair +
  second(pair)
    .replaceAll(/(lb|rs)([12])/g, (_, kind, number) => `${kind}${Number(number) + 2}`)
    .replaceAll(/172\.16\.100\.([2378])/g, '172.16.100.1$1');
const six = dr
  .replace('172.16.100.1\n', 'fd00::1\n')
  .replace('172.16.100.2/24', "'fd00::2/64'")
  .replace('172.16.100.7', "'fd00::7'")
  .replace('172.16.100.8', "'fd00::8'");
const cases: readonly [
  rule: string,
  base: string,
  from: string | RegExp,
  to: string,
  at: string,
  says: RegExp,
][] = [
  [
    'LVS107',
    watched.replace('keepalived', 'ldirectord'),
    'weight: 2',
    'weight: 2, directives: [warmup 1]',
    '9:48',
    /ldirectord takes no lines for a real server/,
  ],
  [
    'LVS107',
    watched.replace('keepalived', 'monitor'),
    'wlc }',
    'wlc, directives: [ops] }',
    '13:37',
    /monitor takes no lines for a service/,
  ],
  ['LVS107', dr, 'wlc }', 'wlc, directives: [ops] }', '12:37', /without a health engine nothing reads/],
  [
    'LVS107',
    watched,
    'wlc }',
    'wlc, check: { kind: none, directives: [warmup 1] } }',
    '13:58',
    /a check none takes no lines/,
  ],
  [
    'LVS116',
    lines("blocks: ['vrrp_track_file there {', file /a, '}']"),
    'wlc }',
    'wlc, check: { kind: file, run: gone } }',
    '13:37',
    /keepalived has no block for the file check gone/,
  ],
  [
    'LVS092',
    pair.replace('keepalived', 'pacemaker'),
    'engine: pacemaker',
    'engine: pacemaker, dead_time: 0.19',
    '9:47',
    /a dead time of 0.19 s is less than corosync’s 0.2 s/,
  ],
  ['LVS108', lines('global: [ok]'), '[ok]', "['a {']", '11:49', /a block of these lines is not closed/],
  ['LVS108', lines('service: [ok]'), '[ok]', "['a {', '}', '}']", '11:71', /this } closes no block/],
  [
    'LVS108',
    lines('global: [ok]'),
    '[ok]',
    "['@lb1 vrrp_script a {', '}']",
    '11:58',
    /vrrp_script is a block of the top/,
  ],
  [
    'LVS108',
    lines('global: [ok]'),
    '[ok]',
    "['static_routes {', '}']",
    '11:58',
    /static_routes is a block of the top/,
  ],
  ['LVS074', watched, 'wlc }', 'wlc, check: mysql }', '13:44', /keepalived has no mysql check/],
  [
    'LVS075',
    watched,
    'engine: keepalived',
    'engine: keepalived, check: { kind: http, method: HEAD }',
    '11:35',
    /keepalived’s http check takes no method/,
  ],
  ['LVS076', watched, 'wlc }', 'wlc, check: script }', '13:44', /the check script needs run/],
  ['LVS077', dr, 'wlc }', 'wlc, check: tcp }', '12:44', /web has no health engine to run this check/],
  [
    'LVS087',
    watched.replace('wlc }', 'wlc, persistence: 60 }'),
    'engine: keepalived }',
    'engine: keepalived, quiesce: true }',
    '11:44',
    /would be sent to a dead real server/,
  ],
  [
    'LVS125',
    dr
      .replace('rs2:', 'sorry:')
      .replace('wlc }', 'wlc, sorry_server: sorry }\n      - { port: 443, real_servers: [rs1] }'),
    ', real_servers: [rs1]',
    '',
    '13:9',
    /sorry, the sorry server of another service, is a real server of this one/,
  ],
  [
    'LVS030',
    dr.replace('wlc }', 'wlc, sorry_server: rs2 }'),
    'sorry_server: rs2',
    'sorry_server: { server: rs2, port: 8080 }',
    '12:37',
    /the sorry server rs2: tcp 172.16.100.1:80 cannot be mapped to port 8080 under DR/,
  ],
  [
    'LVS001',
    watched,
    'wlc }',
    'wlc, check: { kind: http, host: "https://www/" } }',
    '13:64',
    /check.host is the string/,
  ],
  [
    'LVS114',
    watched.replace('keepalived', 'ldirectord'),
    'wlc }',
    'wlc, check: { kind: https, host: www.example.org } }',
    '13:37',
    /ldirectord names www.example.org only after the handshake/,
  ],
  [
    'LVS119',
    pair.replace('keepalived }', 'pacemaker }'),
    'pacemaker }',
    'pacemaker, second_link: { addresses: { lb1: 10.9.0.2 } } }',
    '9:51',
    /lb2 has no address there/,
  ],
  [
    'LVS119',
    pair.replace('keepalived }', 'pacemaker }'),
    'pacemaker }',
    'pacemaker, second_link: { addresses: { lb1: 10.9.0.2, lb2: 172.16.100.3 } } }',
    '9:84',
    /172.16.100.3 is already an address of lb2/,
  ],
  [
    'LVS093',
    pair.replace('keepalived }', 'pacemaker }'),
    'pacemaker }',
    'pacemaker, second_link: { interface: eth1, addresses: { lb1: 10.9.0.2, lb2: 10.9.0.3 } } }',
    '9:36',
    /corosync finds the interface of the second link by its addresses/,
  ],
  [
    'LVS119',
    pair.replace('keepalived }', 'pacemaker }'),
    'pacemaker }',
    'pacemaker, second_link: { addresses: { lb1: 10.9.0.2, lb2: 10.9.0.3, lb9: 10.9.0.9 } } }',
    '9:99',
    /lb9 is not a director of this cluster/,
  ],
  [
    'LVS093',
    pair,
    'keepalived }',
    'keepalived, second_link: { addresses: { lb1: 10.9.0.2, lb2: 10.9.0.3 } } }',
    '9:37',
    /keepalived has no second link/,
  ],
  [
    'LVS093',
    pair.replace('keepalived }', 'pacemaker }'),
    'pacemaker }',
    'pacemaker, transport: multicast, second_link: { addresses: { lb1: 10.9.0.2, lb2: 10.9.0.3 } } }',
    '9:58',
    /corosync has no second link with transport: multicast/,
  ],
  [
    'LVS093',
    pair,
    'keepalived }',
    'heartbeat, second_link: { addresses: { lb1: 10.9.0.2, lb2: 10.9.0.3 } } }',
    '9:36',
    /heartbeat needs the interface of the second link/,
  ],
  [
    'LVS118',
    exchanged,
    'failback: { delay: 10 } }\n    sync: { id: 7 }\n  shop',
    'interval: 1 }\n    sync: { id: 7 }\n  shop',
    '18:5',
    /web prefers lb1, and shop lb2; without failback one of them ends up with the VIPs of both/,
  ],
  [
    'LVS089',
    pair,
    'keepalived }',
    'heartbeat, failback: { delay: 60 } }',
    '9:36',
    /heartbeat takes the VIPs back at once/,
  ],
  [
    'LVS113',
    watched.replace('wlc }', 'wlc, protocol: udp }'),
    'engine: keepalived }',
    'engine: keepalived, quiesce: true }',
    '11:44',
    /keeps its UDP port would be sent to a dead real server for ever/,
  ],
  [
    'LVS110',
    pair,
    '172.16.100.3',
    '172.16.101.3/24',
    '8:12',
    /lb2 is in 172.16.101.0\/24, and the VIP 172.16.100.1 is in/,
  ],
  [
    'LVS111',
    dr,
    'vip: 172.16.100.1',
    'vip: 172.16.100.255',
    '5:10',
    /the VIP 172.16.100.255 is the network or broadcast/,
  ],
  [
    'LVS111',
    dr,
    'services:',
    'probes: { client: 10.9.0.0/24 }\n    services:',
    '11:23',
    /the address 10.9.0.0 of the probe client is the network/,
  ],
  [
    'LVS112',
    pairs
      .replaceAll('engine: keepalived', 'engine: keepalived, transport: multicast')
      .replace(/(two:[^]*)multicast/, '$1multicast, id: 52'),
    'id: 52',
    'id: 51',
    '21:63',
    /web is on the same network, and has the same id 51/,
  ],
  [
    'LVS112',
    pairs
      .replace(/engine: keepalived/g, (word, place: number) => `${word}, id: ${60 + (place % 90)}`)
      .replace('services:', 'sync: { id: 3 }\n    services:'),
    /(two:[^]*)services:/,
    '$1sync: { id: 3 }\n    services:',
    '26:17',
    /web is on the same network, and has the same sync id 3/,
  ],
  [
    'LVS086',
    watched.replace('keepalived', 'ldirectord'),
    'wlc }',
    'wlc, check: { request: /a#b } }',
    '13:37',
    /ldirectord cannot read \/a#b/,
  ],
  [
    'LVS088',
    watched
      .replace('keepalived', 'ldirectord')
      .replace('vip: 172.16.100.1', "vip: 'fd00::1'")
      .replace('lb1: 172.16.100.2/24', "lb1: 'fd00::2/64'")
      .replace('172.16.100.7', "'fd00::7'")
      .replace('172.16.100.8', "'fd00::8'"),
    'wlc }',
    'wlc, check: ping }',
    '13:44',
    /no ping check for IPv6/,
  ],
  [
    'LVS083',
    watched.replace('keepalived', 'ldirectord'),
    'scheduler: wlc',
    'scheduler: wlc, protocol: sctp',
    '13:9',
    /ldirectord does not support SCTP/,
  ],
  ['LVS078', pair, '      lb2: 172.16.100.3\n', '', '8:5', /web has one director/],
  ['LVS079', pair, /$/, second(pair), '21:5', /web has the same id 51 on lb1/],
  ['LVS080', natPair, ', gateway: 192.168.10.1/24', '', '9:5', /the gateway of rs1 is its director/],
  ['LVS081', natPair, '192.168.10.1/24 }', '192.168.10.2/24 }', '9:46', /is rs1’s own address/],
  ['LVS081', natPair, '192.168.10.1/24 }', '192.168.11.1/24 }', '9:46', /is not in 192\.168\.10\.0\/24/],
  [
    'LVS082',
    pair,
    'rs2: 172.16.100.8',
    'lb2: 172.16.100.3',
    '12:12',
    /lb2 is also a director that takes part/,
  ],
  ['LVS084', pair, 'keepalived }', 'keepalived, dead_time: 0.5 }', '9:48', /less than one interval/],
  [
    'LVS084',
    pair,
    'keepalived }',
    'keepalived, transport: broadcast }',
    '9:48',
    /VRRP does not support broadcast/,
  ],
  [
    'LVS084',
    pair,
    'keepalived }',
    'keepalived, interval: 0.5, key: { env: KEY } }',
    '9:52',
    /VRRP 3, which .* has no key/,
  ],
  ['LVS084', pair, 'keepalived }', 'keepalived, port: 5 }', '9:43', /VRRP has no port/],
  [
    'LVS084',
    pair,
    'keepalived }',
    'keepalived, ping: [172.16.100.254] }',
    '9:37',
    /keepalived does not ping other addresses/,
  ],
  [
    'LVS089',
    pair,
    'keepalived }',
    'heartbeat, script: /bin/true }',
    '9:44',
    /heartbeat does not run a script/,
  ],
  ['LVS090', pair, 'keepalived }', 'pacemaker }', '9:5', /web has no fencing/],
  [
    'LVS090',
    pair,
    'keepalived }',
    'pacemaker, fencing: [{ agent: external/ssh }] }',
    '9:46',
    /is only for labs/,
  ],
  [
    'LVS091',
    pair,
    'keepalived }',
    'keepalived, fencing: [{ agent: fence_ipmilan }] }',
    '9:47',
    /no fencing dev/,
  ],
  [
    'LVS105',
    pair,
    'keepalived }',
    'pacemaker, fencing: [{ agent: fence_ipmilan, params: { passwd: x } }] }',
    '9:88',
    /passwd is a secret, and is written here in clear text/,
  ],
  [
    'LVS105',
    pair,
    'keepalived }',
    'pacemaker, fencing: [{ agent: fence_aws, params: { secret_key: { env: KEY } } }] }',
    '9:76',
    /fence_aws cannot read secret_key from a file/,
  ],
  [
    'LVS106',
    pair,
    'keepalived }',
    'keepalived, directives: { instance: [auth_type PASS, auth_pass 1234] } }',
    '9:78',
    /auth_pass is a secret/,
  ],
  ['LVS106', dr, 'weight: 2', 'vars: { db_password: x }', '9:58', /vars\.db_password is a secret/],
  [
    'LVS104',
    watched,
    'wlc }',
    'wlc, check: { kind: http, request: x@example.org/ } }',
    '13:37',
    /cannot take request: x@/,
  ],
  [
    'LVS104',
    watched,
    'port: 80, scheduler: wlc }',
    'port: 53, protocol: udp, check: { kind: dns, request: "a } b" } }',
    '13:36',
    /keepalived’s dns check cannot take request/,
  ],
  [
    'LVS092',
    pair,
    'keepalived }',
    'pacemaker, script: /bin/true, fencing: [{ agent: fence_ipmilan }] }',
    '9:44',
    /takes no script/,
  ],
  [
    'LVS095',
    dr,
    '    services:',
    "    content: [{ mount: '10.0.0.9:/www', at: /var/lib }]\n    services:",
    '11:45',
    /\/var\/lib is a system directory/,
  ],
  [
    'LVS095',
    dr,
    '    services:',
    "    content: [{ mount: 'h:/www', at: /srv }, { rsync: 'h:/shop', at: /srv }]\n    services:",
    '11:70',
    /\/srv on rs1 has other content, or the same/,
  ],
  [
    'LVS094',
    pair,
    'keepalived }',
    'keepalived, sync_group: front }',
    '9:49',
    /web is the only cluster in the sync group front/,
  ],
  ['LVS094', together, 'id: 52', 'id: 52, failback: true', '31:73', /web has other directors/],
  [
    'LVS093',
    pair,
    'keepalived }',
    'cman, agent_timeout: 9, fencing: [{ agent: fence_ipmilan }] }',
    '9:46',
    /has no agent_timeout/,
  ],
  ['LVS093', pair, 'keepalived }', 'heartbeat, sync_group: front }', '9:48', /has no sync groups/],
  [
    'LVS093',
    pair,
    'keepalived }',
    'keepalived, quorum_device: { host: q }, key: generated }',
    '9:37',
    /has no quorum device/,
  ],
  [
    'LVS096',
    watched,
    'engine: keepalived',
    'engine: monitor, alert: { to: [ops@example.org] }',
    '11:32',
    /monitor sends no mail/,
  ],
  [
    'LVS075',
    watched,
    'wlc }',
    'wlc, check: { kind: http, password: stored } }',
    '13:37',
    /keepalived’s http check takes no password/,
  ],
  [
    'LVS092',
    pair,
    'keepalived }',
    'cman, script: /bin/true, fencing: [{ agent: fence_ipmilan }] }',
    '9:39',
    /cman takes no script/,
  ],
  ['LVS090', pair, 'keepalived }', 'cman }', '9:5', /^web has no fencing/],
  [
    'LVS093',
    pair,
    'keepalived }',
    'pacemaker, crm: true, fencing: [{ agent: fence_ipmilan }] }',
    '9:41',
    /pacemaker has no crm/,
  ],
  ['LVS093', pair, 'keepalived }', 'keepalived, corosync: 2 }', '9:47', /keepalived has no corosync/],
  [
    'LVS093',
    pair,
    'keepalived }',
    'pacemaker, corosync: 1, fencing: [{ agent: fence_ipmilan }] }',
    '9:46',
    /corosync 1 supports only multicast/,
  ],
  ['LVS085', pair, '172.16.100.3', "'fd00::3'", '8:12', /lb2 has fd00::3, and lb1 has 172/],
  [
    'LVS010',
    dr,
    '172.16.100.8',
    '172.16.100.7',
    '10:12',
    /rs2 and rs1 have the same address 172\.16\.100\.7/,
  ],
  [
    'LVS010',
    dr,
    '172.16.100.8',
    '172.16.100.2',
    '10:12',
    /rs2 and lb1 have the same address 172\.16\.100\.2/,
  ],
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
    /is listed twice/,
  ],
  ['LVS013', dr, 'vip: 172.16.100.1', 'vip: 127.0.0.5', '5:10', /is a loopback address/],
  ['LVS013', dr, 'vip: 172.16.100.1', 'vip: 224.0.0.5', '5:10', /is a multicast address/],
  ['LVS013', dr, 'vip: 172.16.100.1', 'vip: 0.0.0.0', '5:10', /is the unspecified address/],
  ['LVS013', six, 'vip: fd00::1', 'vip: fe80::5', '5:10', /is a link-local address/],
  ['LVS115', six, 'vip: fd00::1', 'vip: 2001:db8::5', '5:10', /is an address for documentation/],
  ...(
    [
      ['169.254.0.5', 'a link-local address'],
      ['192.0.2.5', 'an address for documentation'],
      ['198.51.100.5', 'an address for documentation'],
      ['203.0.113.5', 'an address for documentation'],
      ['198.19.0.5', 'an address for benchmarks'],
      ['240.0.0.5', 'a reserved address'],
    ] as const
  ).map(([address, words]): (typeof cases)[number] => [
    'LVS115',
    dr,
    'vip: 172.16.100.1',
    `vip: ${address}`,
    '5:10',
    new RegExp(`the VIP ${address} is ${words}`),
  ]),
  [
    'LVS019',
    dr,
    'vip: 172.16.100.1',
    'vip: "fd00::1"',
    '9:7',
    /tcp \[fd00::1\]:80 cannot be forwarded to rs1/,
  ],
  ['LVS019', dr, 'rs2: 172.16.100.8', 'rs2: "fd00::8"', '10:12', /cannot be forwarded to rs2 \(fd00::8\)/],
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
  ['LVS017', nat, '192.168.10.10/24', '192.168.10.10', '6:5', /the DIP’s network is missing/],
  ['LVS018', dr, '172.16.100.8', '172.16.100.255', '10:12', /network or broadcast address/],
  [
    'LVS030',
    dr,
    'wlc }',
    'wlc, real_port: 8080 }',
    '9:7',
    /rs1, rs2: port 80 cannot be mapped to 8080 under DR/,
  ],
  [
    'LVS030',
    dr,
    'port: 80, scheduler: wlc',
    'mark: 1, ports: [80], real_port: 8080',
    '9:7',
    /rs1, rs2: the port of the request cannot be mapped to 8080/,
  ],
  [
    'LVS061',
    dr,
    '    services:',
    '    probes: { rs2: 172.16.100.8 }\n    services:',
    '11:20',
    /the probe rs2 is rs2, a host of a cluster/,
  ],
  ['LVS062', dr, 'wlc }', 'wlc, ask: udp }', '12:42', /ask: udp does not work for a tcp service/],
  [
    'LVS031',
    dr,
    /$/,
    '      - { port: 80 }\n',
    '13:17',
    /the service tcp 172\.16\.100\.1:80 is defined twice/,
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
    /does not say which of the 2 VIPs it uses/,
  ],
  [
    'LVS036',
    dr,
    'wlc }',
    'wlc, real_servers: [rs1, rs1] }',
    '12:57',
    /rs1 \(172\.16\.100\.7:80\) is listed twice/,
  ],
  ['LVS037', dr, 'wlc }', 'wlc, real_servers: { rs1: 0 } }', '12:9', /no real server takes connections/],
  ['LVS050', dr, /services:[^]*$/, 'services: []\n', '11:5', /web has no services/],
  [
    'LVS051',
    dr,
    'lb1: 172.16.100.2/24',
    'lb1: { address: 172.16.100.2, active: false }',
    '6:5',
    /no active director/,
  ],
  [
    'LVS052',
    nat,
    /lb1: [^\n]*\n([^]*)rs2: 192.168.10.3/,
    'lb1: { address: 192.168.10.10/24, interface: eth1 }\n      lb2: { address: 192.168.10.11, interface: eth1 }\n$1lb2: { address: 192.168.10.11, interface: eth1 }',
    '11:7',
    /lb2 is a standby director and a NAT real server/,
  ],
  ['LVS044', dr, 'port: 80, ', '', '12:9', /neither port nor mark/],
  ['LVS044', dr, 'port: 80', 'port: 80, mark: 3', '12:9', /has both port and mark/],
  ['LVS044', dr, 'port: 80', 'port: 80, ports: [80]', '12:9', /both port and ports/],
  ['LVS044', dr, 'wlc }', 'wlc, vip: 172.16.100.1, vips: [172.16.100.1] }', '12:9', /both vip and vips/],
  ['LVS031', dr, 'port: 80', 'ports: [443, 80, 80/tcp]', '12:28', /tcp 172\.16\.100\.1:80 is defined twice/],
  ['LVS035', dr, 'wlc }', 'wlc, vips: [172.16.100.1, 172.16.100.9] }', '12:58', /no VIP 172\.16\.100\.9/],
  ['LVS073', dr, 'port: 80', "ports: [80, '70000']", '12:23', /70000 is not a valid range/],
  [
    'LVS122',
    watched,
    /^name: test\n/,
    'name: test\ndefaults: { health: { engine: ldirectord, tries: 3 } }\n',
    '2:50',
    /no cluster takes defaults\.health\.tries/,
  ],
  ['LVS123', watched, 'engine: keepalived', 'tries: 3', '11:5', /web: health names no engine/],
  [
    'LVS124',
    dr,
    'wlc }',
    'wlc, sorry_server: { server: local, port: 81 } }',
    '12:37',
    /answers on the port of the service/,
  ],
  ['LVS124', dr.replace('wlc }', 'wlc, sorry_server: local }'), 'rs2', 'local', '12:51', /is named local/],
  ['LVS120', dr, 'port: 80', 'ports: [80, 5000-5010]', '12:23', /the range 5000-5010 needs a mark/],
  ['LVS121', dr, 'port: 80', 'ports: [53/udp], protocol: tcp', '12:38', /a protocol of its own/],
  ['LVS044', dr, 'port: 80', 'mark: 3', '12:9', /mark 3 has neither ports nor protocol/],
  [
    'LVS045',
    dr,
    /$/,
    '      - { mark: 3, ports: [70-90] }\n',
    '13:9',
    /fwmark 3 and tcp 172.16.100.1:80 both claim/,
  ],
  [
    'LVS031',
    dr,
    'port: 80, scheduler: wlc }',
    'mark: 3, ports: [80] }\n      - { mark: 3, ports: [443] }',
    '13:17',
    /fwmark 3 is defined twice/,
  ],
  ['LVS034', dr, 'wlc }', 'wlc, sorry_server: rs9 }', '12:51', /web has no real server rs9/],
  ['LVS040', dr, 'wlc }', 'sh, flags: [mh-port] }', '12:36', /mh-port is not a flag of sh/],
  ['LVS038', dr, 'port: 80', 'port: 0', '12:9', /port 0 means every port/],
  ['LVS039', dr, 'wlc }', 'rr, one_packet: true }', '12:48', /one_packet does not work for tcp/],
  [
    'LVS039',
    nat,
    'scheduler: rr }',
    'protocol: udp, one_packet: true }',
    '12:65',
    /replies of rs1 would not reach the client through NAT/,
  ],
  [
    'LVS041',
    dr,
    'wlc }',
    'rr, persistence: { timeout: 9, engine: sip } }',
    '12:71',
    /the persistence engine sip needs protocol: udp/,
  ],
  [
    'LVS042',
    dr,
    'weight: 2',
    'thresholds: { upper: 5, lower: 6 }',
    '9:37',
    /lower threshold 6 is above the upper one \(5\)/,
  ],
  [
    'LVS042',
    dr,
    'wlc }',
    'wlc, real_servers: { rs1: { thresholds: { lower: 6 } } } }',
    '12:60',
    /upper one \(none\)/,
  ],
  [
    'LVS043',
    dr,
    'wlc }',
    'rr, persistence: { timeout: 9, netmask: 255.0.255.0 } }',
    '12:72',
    /255.0.255.0 is not a netmask for IPv4/,
  ],
  [
    'LVS046',
    dr,
    'port: 80, scheduler: wlc',
    'port: 21, helper: ftp',
    '12:29',
    /helper: ftp needs NAT, and rs1 has mode: dr/,
  ],
  ['LVS046', nat, 'scheduler: rr', 'protocol: udp, helper: ftp', '12:61', /helper: ftp needs a TCP port/],
  [
    'LVS073',
    dr,
    'port: 80, scheduler: wlc',
    'mark: 1, ports: [90-80]',
    '12:20',
    /90-80 is not a valid range of ports/,
  ],
  [
    'LVS047',
    dr,
    'mode: dr',
    'mode: dr\n    tunables: { drop_entri: 1 }',
    '5:29',
    /unknown tunable drop_entri/,
  ],
  [
    'LVS048',
    dr.replace('mode: dr', 'mode: dr\n    timeouts: { tcp: 60 }'),
    /$/,
    dr
      .replace('name: test\nclusters:\n', '')
      .replace('web', 'two')
      .replace('mode: dr', 'mode: dr\n    timeouts: { tcp: 90 }')
      .replaceAll('172.16.100.1\n', '172.16.100.3\n'),
    '16:5',
    /lb1 has conflicting timeouts in web/,
  ],
  [
    'LVS048',
    dr.replace('lb1: 172.16.100.2/24', 'lb1: 172.16.100.2/24\n      lb2: 172.16.100.3\n    sync: {}'),
    /$/,
    second(dr).replace(
      'lb1: 172.16.100.2/24',
      'lb1: { address: 172.16.100.2/24, active: false }\n      lb2: 172.16.100.3\n    sync: { id: 2 }',
    ),
    '21:5',
    /lb1 has conflicting sync in web; the other is at x\.yaml:9:5/,
  ],
  [
    'LVS101',
    pair.replace('engine: keepalived', 'engine: heartbeat'),
    /$/,
    second(pair.replace('engine: keepalived', 'engine: heartbeat, dead_time: 30')),
    '21:47',
    /lb1 has conflicting dead_time of heartbeat in web; the other is at x\.yaml:9:5/,
  ],
  [
    'LVS102',
    dr.replace('mode: dr', 'mode: dr\n    time: { servers: [a] }'),
    /$/,
    second(dr.replace('mode: dr', 'mode: dr\n    time: { servers: [b] }')),
    '16:5',
    /lb1 has conflicting time in web; the other is at x\.yaml:5:5/,
  ],
  [
    'LVS103',
    watched.replace('keepalived', 'ldirectord, alert: { to: [a@example.org] }'),
    /$/,
    second(watched.replace('keepalived', 'ldirectord, alert: { to: [b@example.org] }')),
    '22:35',
    /lb1 has conflicting alert of ldirectord in web; the other is at x\.yaml:11:35/,
  ],
  [
    'LVS068',
    nat.replace('mode: nat', 'mode: fullnat'),
    'mode: fullnat',
    'mode: fullnat\n    tunables: { conntrack: 0 }',
    '5:28',
    /conntrack: 0 does not work with FULLNAT/,
  ],
  ['LVS070', dr, 'mode: dr', 'mode: dr\n    sync: { id: 3 }', '5:5', /web has one director/],
  [
    'LVS063',
    dr,
    'weight: 2',
    'mode: tun, tunnel: { type: gre, port: 5 }',
    '9:7',
    /a tunnel of the type gre has no port 5/,
  ],
  [
    'LVS063',
    dr,
    'weight: 2',
    'mode: tun, tunnel: { type: ipip, checksum: full }',
    '9:7',
    /ipip has no checksum: full/,
  ],
  [
    'LVS064',
    dr,
    'mode: dr\n    vip: 172.16.100.1',
    'mode: tun\n    sync: {}\n    vip: "fd00::1"',
    '10:7',
    /to rs1 \(172\.16\.100\.7\), rs2 \(172\.16\.100\.8\) cannot be synchronised/,
  ],
  [
    'LVS065',
    nat,
    'mode: nat',
    'mode: nat\n    arp: static',
    '5:10',
    /arp: static has no effect on the real servers of web/,
  ],
  [
    'LVS071',
    dr,
    'rs2: 172.16.100.8',
    'rs2: { address: "fd00::8", mode: tun, tunnel: gue }',
    '10:7',
    /rs2: gue to an IPv6 address/,
  ],
  [
    'LVS053',
    dr,
    /$/,
    dr
      .replace('name: test\nclusters:\n', '')
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
  ['LVS057', dr, 'weight: 2', 'gateway: table', '9:46', /gateway: table needs mode: nat/],
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
      .replace('name: test\nclusters:\n', '')
      .replace('web', 'two')
      .replaceAll('192.168.0.220', '192.168.0.221')
      .replace('lb1: { address: 192.168.10.10/24', 'lb2: { address: 192.168.10.11/24'),
    '19:12',
    /rs1 would need the gateways 192\.168\.10\.10 and 192\.168\.10\.11/,
  ],
  ['LVS058', dr, 'mode: dr', 'mode: dr\n    time: {}', '5:5', /time has no servers/],
  ['LVS003', dr, /clusters:[^]*$/, 'clusters: {}\n', '2:1', /no cluster: there is nothing to set up/],
  ['LVS002', dr, 'name: test', '', '2:1', /the inventory has no name/],
];

/** What else an example breaks: two rules, of which each names a mistake of its own. */
const beside: ReadonlyMap<string, readonly string[]> = new Map([
  ['LVS064 10:7', ['LVS070', 'LVS064']],
  ['LVS059 8:12', ['LVS059', 'LVS056']],
]);

for (const [rule, base, from, to, at, says] of cases) {
  test(`${rule} at ${at}: ${String(says)}`, (t) => {
    const edited = base.replace(from, to);
    t.not(edited, base);
    const text = rule === 'LVS002' ? edited : named(edited);
    const { problems, inventory } = readInventory([{ name: 'x.yaml', text }]);
    const found = problems.filter((problem) => problem.rule === rule);
    t.is(found.length > 0, true, JSON.stringify(problems));
    const before = readInventory([{ name: 'x.yaml', text: named(base) }]).problems.map((each) => each.rule);
    t.deepEqual(
      [...new Set(problems.map((problem) => problem.rule))].filter((each) => !before.includes(each)),
      beside.get(`${rule} ${at}`) ?? [rule],
    );
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

/** One mistake each, and all that is said about it: one rule, once. */
const single: readonly [base: string, from: string | RegExp, to: string, rule: string][] = [
  // No real server fits the services: the VIP, the port, or the sync daemon is the mistake.
  [dr, 'vip: 172.16.100.1', 'vip: "fd00::1"', 'LVS019'],
  [dr.replace('wlc }', 'wlc }\n      - { port: 443 }'), 'vip: 172.16.100.1', 'vip: "fd00::1"', 'LVS019'],
  [dr, 'wlc }', 'wlc, real_port: 8080 }', 'LVS030'],
  // One real server does not fit any service.
  [dr.replace('wlc }', 'wlc }\n      - { port: 443 }'), 'rs2: 172.16.100.8', 'rs2: "fd00::8"', 'LVS019'],
  [dr, 'port: 80, ', '', 'LVS044'],
  [dr, 'port: 80', 'mark: 3', 'LVS044'],
  [dr, 'wlc }', 'wlc }\n      - { mark: 3 }', 'LVS044'],
  [dr, '172.16.100.8', '172.16.100.7', 'LVS010'],
  [dr, 'vip: 172.16.100.1', 'vips: [172.16.100.1, 172.16.100.1]', 'LVS012'],
  [dr, 'vip: 172.16.100.1', 'vips: []', 'LVS050'],
  [dr.replace('wlc }', 'wlc, vip: 172.16.100.1 }'), 'vip: 172.16.100.1', 'vips: []', 'LVS050'],
  [
    dr,
    /$/,
    dr
      .replace('name: test\nclusters:\n', '')
      .replace('web', 'two')
      .replace('lb1: 172.16.100.2', 'lb2: 172.16.100.3')
      .replace('rs1: { address: 172.16.100.7', 'rs3: { address: 172.16.100.17')
      .replace('rs2: 172.16.100.8', 'rs4: 172.16.100.18'),
    'LVS012',
  ],
  [
    dr
      .replace('vip: 172.16.100.1', 'vips: [172.16.100.1, 172.16.100.9]')
      .replace('wlc }', 'wlc, vip: 172.16.100.1 }\n      - { port: 80, vip: 172.16.100.9 }'),
    ', vip: 172.16.100.9 }',
    ' }',
    'LVS035',
  ],
  [dr, 'wlc }', 'wlc, real_servers: [rs3] }', 'LVS034'],
  [watched, 'wlc }', 'wlc, check: mysql }', 'LVS074'],
  [pair, 'engine: keepalived }', 'engine: heartbeat, sync_group: a }', 'LVS093'],
  [pair.replace('172.16.100.3\n', '172.16.100.3\n    sync: {}\n'), '      lb2: 172.16.100.3\n', '', 'LVS078'],
  [dr, 'wlc }', 'wlc, ask: udp, one_packet: true }', 'LVS039'],
  [dr, 'wlc }', 'wlc, ask: udp, persistence: { timeout: 9, engine: sip } }', 'LVS041'],
  [dr, 'wlc }', 'rr, one_packet: true, persistence: { timeout: 9, engine: sip } }', 'LVS039'],
  [dr.replace('wlc }', 'sh, flags: [sh-port] }'), 'scheduler: sh', 'scheduler: shx', 'LVS032'],
  [dr.replace('wlc }', 'wlc }\n      - { mark: 3, ports: [443] }'), 'port: 80', 'port: 0', 'LVS038'],
  [nat.replace('port: 80', 'port: 21, helper: ftp'), 'port: 21', 'port: 0', 'LVS046'],
  [
    watched
      .replace('mode: dr', 'mode: dr\n    tunables: { expire_quiescent_template: 1 }')
      .replace('wlc }', 'wlc, persistence: 60 }')
      .replace('engine: keepalived }', 'engine: keepalived, quiesce: true }'),
    'quiescent_template',
    'quiescent_templates',
    'LVS047',
  ],
  [natPair, /lb1: .*\n {6}lb2/, 'lb2', 'LVS078'],
  [
    pair.replace('keepalived }', 'pacemaker, fencing: [{ agent: fence_ipmilan, hosts: [lb2] }] }'),
    '      lb2: 172.16.100.3\n',
    '',
    'LVS078',
  ],
  [
    pair.replace(
      'keepalived }',
      'pacemaker, transport: multicast, corosync: 1, fencing: [{ agent: fence_ipmilan }] }',
    ),
    'transport: multicast',
    'transport: broadcast',
    'LVS092',
  ],
  [
    dr
      .replace('mode: dr', 'mode: tun')
      .replace('vip: 172.16.100.1', 'vip: "fd00::1"')
      .replace(/ {6}rs2: .*\n/, '')
      .replaceAll('172.16.100.', '172.16.99.')
      .replace('172.16.99.2/24', '172.16.100.2/24'),
    'mode: tun',
    'mode: dr',
    'LVS019',
  ],
  [together, 'directors: *pair', 'directors: { lb1: 10.1.0.2/24 }', 'LVS078'],
  [together, /    failover: [^\n]*id: 52[^\n]*\n/, '', 'LVS079'],
  [together, 'id: 52', 'id: 52, failback: true', 'LVS094'],
  [together, 'directors: *pair', 'directors: { lb1: 10.1.0.2/24, lb2: 10.1.0.6 }', 'LVS053'],
  [dr, 'real_servers:', 'real-servers:', 'LVS001'],
  [dr, 'mode: dr', 'mod: dr', 'LVS001'],
  [dr, 'address: 172.16.100.7', 'adress: 172.16.100.7', 'LVS001'],
  [
    dr.replace(
      '    services:',
      '    content: [{ rsync: "rsync://a/b", at: /srv, delete: true }]\n    services:',
    ),
    'rsync: ',
    'rsyncc: ',
    'LVS001',
  ],
];

for (const [base, from, to, rule] of single) {
  test(`one mistake, one problem, ${rule}: ${String(from)} written as ${to}, in ${base.length}`, (t) => {
    const read = (text: string): string[] =>
      readInventory([{ name: 'x.yaml', text: named(text) }]).problems.map((each) => each.rule);
    t.not(base.replace(from, to), base);
    t.deepEqual(read(base), []);
    t.deepEqual(read(base.replace(from, to)), [rule]);
  });
}

/** These say something about the port itself, or about the services beside it. */
const aboutPorts = new Set(['LVS031', 'LVS044', 'LVS120', 'LVS121']);

test('a mistake of a service with several ports, protocols and VIPs is told once, at the same place', (t) => {
  let tried = 0;
  for (const [rule, base, from, to] of cases) {
    const text = named(base.replace(from, to));
    const counts = (written: string): string[] =>
      readInventory([{ name: 'x.yaml', text: written }])
        .problems.map((each) => `${each.rule} ${each.place.line}`)
        .toSorted();
    const several = text.replace(/\{ port: 80,/, '{ ports: [80, 8080],');
    if (several === text || aboutPorts.has(rule)) continue;
    tried += 1;
    t.deepEqual(counts(several), counts(text), `${rule}: ${several}`);
  }
  t.true(tried > 50);
});

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
  const { problems } = readInventory([{ name: 'x.yaml', text: named(text) }]);
  t.deepEqual(
    problems.map(({ rule }) => rule),
    ['LVS011', 'LVS033', 'LVS032'],
  );
});

test('a tunnel between address families is told once for all services and real servers of a cluster that syncs', (t) => {
  const text = named(
    dr
      .replace('mode: dr\n    vip: 172.16.100.1', 'mode: tun\n    sync: {}\n    vip: "fd00::1"')
      .replace('wlc }', 'wlc }\n      - { port: 443 }'),
  );
  const { problems } = readInventory([{ name: 'x.yaml', text }]);
  const found = problems.filter(({ rule }) => rule === 'LVS064');
  t.deepEqual(
    found.map(({ message }) => message),
    ['tcp [fd00::1]:80, tcp [fd00::1]:443 to rs1 (172.16.100.7), rs2 (172.16.100.8) cannot be synchronised'],
  );
});

test('each real server that fits no service is told once, with all of them', (t) => {
  const three = dr
    .replace('rs2: 172.16.100.8', 'rs2: "fd00::8"\n      rs3: "fd00::9"')
    .replace('wlc }', 'wlc }\n      - { port: 443 }');
  const { problems } = readInventory([{ name: 'x.yaml', text: named(three) }]);
  t.deepEqual(
    problems.map(({ rule, message }) => `${rule}: ${message}`),
    [
      'LVS019: tcp 172.16.100.1:80, tcp 172.16.100.1:443 cannot be forwarded to rs2 (fd00::8)',
      'LVS019: tcp 172.16.100.1:80, tcp 172.16.100.1:443 cannot be forwarded to rs3 (fd00::9)',
    ],
  );
});
