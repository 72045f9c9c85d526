import test from 'ava';
import { joined } from '../../src/engines/raw-lines.ts';
import { readInventory } from '../../src/inventory/read.ts';
import { asked, readable } from '../support/daemons.ts';
import { dr, named, second } from '../support/inventories.ts';

/** Lines in an engine's own language: each kind of place is read by its engine, whole and in its order. */
const pair = dr
  .replace('172.16.100.2/24', '172.16.100.2/24\n      lb2: 172.16.100.3')
  .replace('rs2: 172', 'rs9: 172.16.100.9\n      rs2: 172');

function clusterWith(health: object, failover: object, service: object, server: object): string {
  return named(pair)
    .replace(
      '    services:',
      `    health: ${JSON.stringify(health)}\n    failover: ${JSON.stringify(failover)}\n    services:`,
    )
    .replace('weight: 2', `weight: 2, ...${JSON.stringify(server)}`.replace('...{', '').replace('}', ''))
    .replace('scheduler: wlc', `...${JSON.stringify(service)}`.replace('...{', '').replace(/\}$/, ''));
}

const keepalived = clusterWith(
  {
    engine: 'keepalived',
    directives: {
      global: ['checker_priority -5'],
      blocks: [
        'vrrp_track_file one {',
        '    file /tmp/a',
        '    weight 5',
        '}',
        'vrrp_track_file two {',
        '    file /tmp/b',
        '    weight 5',
        '}',
      ],
      service: ['sorry_server_inhibit', 'quorum 1'],
      server: ['inhibit_on_failure'],
    },
  },
  {
    engine: 'keepalived',
    directives: {
      global: ['vrrp_skip_check_adv_addr'],
      blocks: [
        'vrrp_script one {',
        '    script /bin/true',
        '    interval 2',
        '    fall 3',
        '}',
        'vrrp_script two {',
        '    script /bin/true',
        '    interval 2',
        '    fall 3',
        '}',
      ],
      instance: ['track_script {', '    one', '    two', '}', 'garp_master_refresh 60'],
    },
  },
  {
    sorry_server: 'rs9',
    check: { kind: 'tcp', directives: ['warmup 2'] },
    directives: ['hysteresis 0'],
    real_servers: { rs1: { directives: ['delay_loop 7'] }, rs2: null },
  },
  { directives: ['notify_up "/bin/true up"'] },
);
const ldirectord = clusterWith(
  { engine: 'ldirectord', directives: { global: ['logfile = "local0"'], service: ['emailalertfreq = 9'] } },
  { engine: 'pacemaker', directives: { global: ['join: 60'], blocks: ['logging {', 'debug: on', '}'] } },
  {
    check: { kind: 'tcp', directives: ['checkcount = 2'] },
    directives: ['cleanstop = yes'],
    real_servers: { rs1: 2 },
  },
  {},
);
const cman = clusterWith(
  { engine: 'none' },
  { engine: 'cman', directives: { global: ['<dlm plock_ownership="1"/>', '<gfs_controld/>'] } },
  { real_servers: { rs1: 2 } },
  {},
);

async function saidOf(
  text: string,
): Promise<{ path: string; content: string; code: number; said: string }[]> {
  const { inventory, problems } = readInventory([{ name: 'x.yaml', text }]);
  if (inventory === undefined) throw new Error(JSON.stringify(problems));
  return asked(readable({ ...inventory, hosts: inventory.hosts.filter(({ name }) => name === 'lb1') }));
}

test('keepalived reads lines in each place', async (t) => {
  const [said] = await saidOf(keepalived);
  t.is(said?.code, 0, said?.said);
  const { content } = said!;
  for (const lines of [
    '    vrrp_skip_check_adv_addr\n    checker_priority -5\n}\n',
    '    sorry_server_lvs_method DR\n    sorry_server_inhibit\n    quorum 1\n    hysteresis 0\n',
    '        }\n        inhibit_on_failure\n        notify_up "/bin/true up"\n        delay_loop 7\n    }\n',
    '            warmup 2\n        }\n',
    '    track_script {\n        one\n        two\n    }\n    garp_master_refresh 60\n}\n',
  ])
    t.true(content.includes(`\n${lines}`), lines);
  // Two blocks alike, in which only the names differ.
  for (const each of ['fall 3', 'interval 2', 'weight 5'])
    t.is(content.split(`\n    ${each}\n`).length, 3, each);
});

test('ldirectord and corosync read lines in each place', async (t) => {
  const said = await saidOf(ldirectord);
  t.deepEqual(
    said.map(({ path, code, said: text }) => [path, code, code === 0 ? '' : text]),
    [
      ['/etc/ha.d/ldirectord.cf', 0, ''],
      ['/etc/corosync/corosync.conf', 0, ''],
    ],
  );
  const [services, cluster] = said.map(({ content }) => content);
  t.regex(services!, /\nlogfile = "local0"\n/);
  t.regex(services!, /\n {4}checkcount = 2\n {4}emailalertfreq = 9\n {4}cleanstop = yes\n/);
  t.regex(cluster!, /\n {4}join: 60\n}\n/);
  t.regex(cluster!, /}\n\nlogging {\ndebug: on\n}\n$/);
});

test('the schema of cman takes its lines', async (t) => {
  const [said] = await saidOf(cman);
  t.is(said?.code, 0, said?.said);
});

test('an engine refuses a line that it does not know, in each place', async (t) => {
  for (const known of [
    'checker_priority -5',
    'quorum 1',
    'inhibit_on_failure',
    'vrrp_skip_check_adv_addr',
    'garp_master_refresh 60',
    'warmup 2',
    'hysteresis 0',
    'delay_loop 7',
    '    fall 3',
  ]) {
    t.true(keepalived.includes(`"${known}"`), known);
    const [said] = await saidOf(keepalived.replace(`"${known}"`, '"nonsense 1"'));
    t.regex(said!.said, /Unknown keyword 'nonsense'/, known);
  }
});

test('lines of two clusters: each keeps its order and its repetitions, and what both have is written once', (t) => {
  const block = (name: string): string[] => [`b ${name} {`, 'interval 2', 'fall 3', '}'];
  t.deepEqual(joined([[...block('x'), ...block('y')]]), [...block('x'), ...block('y')]);
  t.deepEqual(joined([block('x'), [...block('y'), ...block('x')]]), [...block('x'), ...block('y')]);
  t.deepEqual(
    joined([
      ['a', 'a'],
      ['a', 'b', 'a', 'a'],
    ]),
    ['a', 'a', 'b', 'a'],
  );
  t.deepEqual(
    joined([
      ['x', '{', 'a', '}'],
      ['y', '{', 'a', '}'],
    ]),
    ['x', '{', 'a', '}', 'y', '{', 'a', '}'],
  );
  t.deepEqual(
    joined([
      ['s "{"', 'a'],
      ['s "{"', 'b'],
    ]),
    ['s "{"', 'a', 'b'],
  );
});

test('two clusters of a director: ldirectord and keepalived get the lines of both', async (t) => {
  for (const [engine, lines] of [
    ['ldirectord', ['callback = "/bin/true"', 'maintenancedir = /tmp']],
    ['keepalived', ['checker_priority -5', 'vrrp_skip_check_adv_addr']],
  ] as const) {
    const health = (own: readonly string[]): string =>
      dr.replace(
        '    services:',
        `    health: ${JSON.stringify({ engine, directives: { global: own } })}\n    services:`,
      );
    const [said] = await saidOf(named(health(lines) + second(health(lines.toReversed()))));
    t.is(said?.code, 0, said?.said);
    for (const each of lines) t.is(said!.content.split(each).length, 2, each);
  }
});
