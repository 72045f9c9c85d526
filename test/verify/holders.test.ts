import test from 'ava';
import type { Director } from '../../src/model/cluster.ts';
import { judgeHolders, holderOf, soleHolders } from '../../src/verify/holders.ts';
import type { Sockets } from '../../src/verify/listening.ts';
import { dr, inventoryOf } from '../support/inventories.ts';

const paired = dr
  .replace('vip: 172.16.100.1\n', 'vips: [172.16.100.1, 172.16.100.9]\n')
  .replace('172.16.100.2/24', '172.16.100.2/24\n      lb2: 172.16.100.3')
  .replace('port: 80', 'vip: 172.16.100.1, port: 80')
  .replace('    services:', '    failover: { engine: keepalived }\n    services:');
const [cluster] = inventoryOf(paired).clusters;
const [alone] = inventoryOf(dr).clusters;

/** What the directors that could be asked have: `lb1: 172.16.100.1`. */
function seen(...hosts: string[]): ReadonlyMap<string, Sockets> {
  return new Map(
    hosts.map((each) => {
      const [name = '', addresses = ''] = each.split(':');
      const known = addresses === '?' ? undefined : new Set(addresses.trim().split(' '));
      return [name, { addresses: known, loopback: new Set(), macs: new Map(), listens: undefined }];
    }),
  );
}

const rows: readonly (readonly [
  hosts: readonly string[],
  sound: string,
  text: string,
  details?: string[],
])[] = [
  [['lb1: 172.16.100.1 172.16.100.9', 'lb2:'], 'yes', 'only lb1 holds 172.16.100.1, 172.16.100.9'],
  [
    ['lb1:', 'lb2: 172.16.100.1 172.16.100.9'],
    'yes',
    'only lb2 holds 172.16.100.1, 172.16.100.9, instead of lb1',
  ],
  [['lb1:', 'lb2:'], 'no', 'no director holds 172.16.100.1, 172.16.100.9'],
  [['lb1: 172.16.100.1 172.16.100.9'], 'unsure', 'lb1 holds 172.16.100.1, 172.16.100.9 (not asked: lb2)'],
  [
    ['lb1: 172.16.100.1 172.16.100.9', 'lb2:?'],
    'unsure',
    'lb1 holds 172.16.100.1, 172.16.100.9 (not asked: lb2)',
  ],
  [['lb1:'], 'unsure', 'no director holds 172.16.100.1, 172.16.100.9 of the 1 that could be asked'],
  [
    ['lb1: 172.16.100.1 172.16.100.9', 'lb2: 172.16.100.1'],
    'no',
    'the VIPs are not on one director',
    ['lb1 holds 172.16.100.1, 172.16.100.9', 'lb2 holds 172.16.100.1'],
  ],
  [['lb1: 172.16.100.1', 'lb2:'], 'no', 'the VIPs are not on one director', ['lb1 holds 172.16.100.1']],
];

for (const [hosts, sound, text, details = []] of rows) {
  test(`an engine of which one director holds the VIPs: ${hosts.join('; ')}`, (t) => {
    t.deepEqual(judgeHolders(cluster!, seen(...hosts)), [
      { check: 'failover', sound, text: `web: ${text}`, details },
    ]);
  });
}

const returns: readonly (readonly [
  failback: string,
  hosts: readonly string[],
  sound: string,
  text: string,
  hint?: string,
])[] = [
  ['true', ['lb1: VIPS', 'lb2:'], 'yes', 'only lb1 holds VIPS'],
  [
    'true',
    ['lb1:', 'lb2: VIPS'],
    'no',
    'only lb2 holds VIPS, and lb1 has not taken them back',
    'the log of keepalived on lb1 says why',
  ],
  ['true', ['lb2: VIPS'], 'unsure', 'lb2 holds VIPS, instead of lb1 (not asked: lb1)'],
  ['false', ['lb1:', 'lb2: VIPS'], 'yes', 'only lb2 holds VIPS, instead of lb1'],
  [
    '{ delay: 60 }',
    ['lb1:', 'lb2: VIPS'],
    'unsure',
    'only lb2 holds VIPS, and lb1 has not taken them back',
    'verify again when it has been up for more than 60 s; the log of keepalived on lb1 says why',
  ],
];

for (const [failback, hosts, sound, text, hint] of returns) {
  test(`failback: ${failback}, and the directors have ${hosts.join('; ')}`, (t) => {
    const [one] = inventoryOf(paired.replace('keepalived }', `keepalived, failback: ${failback} }`)).clusters;
    const vips = hosts.map((each) => each.replace('VIPS', '172.16.100.1 172.16.100.9'));
    t.deepEqual(judgeHolders(one!, seen(...vips)), [
      {
        check: 'failover',
        sound,
        text: `web: ${text.replace('VIPS', '172.16.100.1, 172.16.100.9')}`,
        details: [],
        ...(hint === undefined ? {} : { hint }),
      },
    ]);
  });
}

test('without a failover engine the inventory says who holds the VIPs', (t) => {
  t.deepEqual(judgeHolders(alone!, seen('lb1:')), []);
  t.is(holderOf(alone!, new Set(['lb1']), seen('lb1:'))?.name, 'lb1');
});

test('one director answers for the VIPs, with an engine or without', (t) => {
  const holders = new Map<typeof cluster & object, Director | undefined>([
    [cluster!, cluster!.directors[0]],
    [alone!, alone!.directors[0]],
  ]);
  t.is(soleHolders(holders).size, 2);
});
