import test from 'ava';
import { resourcesOf } from '../../src/components/index.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { readInventory, type Reading } from '../../src/inventory/read.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { FailoverEngine } from '../../src/model/failover.ts';
import { renderer } from '../../src/render/templates.ts';
import { dr, inventoryOf, second } from '../support/inventories.ts';

/** Settings of what a host has once, in two clusters that share it: each is found, with both places. */
const render = renderer(await readTemplates());
const two = dr.replace('172.16.100.2/24', '172.16.100.2/24\n      lb2: 172.16.100.3');

function read(text: string): Reading {
  return readInventory([{ name: 'x.yaml', text }], render);
}

/** Two clusters with a setting each; `plain` is what both have. */
function clusters(base: string, first: string, other: string): string {
  const put = (setting: string): string => base.replace('    services:', `    ${setting}\n    services:`);
  return put(first) + second(put(other));
}

const failover: Readonly<Record<string, readonly string[]>> = {
  heartbeat: [
    'second_link: { interface: eth1, addresses: { lb1: 10.9.0.2, lb2: 10.9.0.3 } }',
    'dead_time: 30',
    'interval: 1, dead_time: 10',
    'failback: true',
    'transport: broadcast',
    'interface: eth7',
    'group: 225.0.0.9',
    'port: 1694',
    'ping: [172.16.100.254]',
    'key: { env: KEY }',
    'crm: true',
    'directives: { global: [debug 1] }',
  ],
  pacemaker: [
    'second_link: { addresses: { lb1: 10.9.0.2, lb2: 10.9.0.3 } }',
    'dead_time: 30',
    'failback: true',
    'transport: udpu',
    'group: 225.0.0.9',
    'port: 5406',
    'corosync: 2',
    'quorum_device: { host: q }',
    'key: { command: pass show lvs }',
    'directives: { global: [debug on] }',
    "directives: { blocks: ['logging {', 'debug: on', '}'] }",
  ],
  cman: [
    'dead_time: 30',
    'transport: broadcast',
    'group: 225.0.0.9',
    'key: generated',
    'directives: { global: [<dlm/>] }',
  ],
};

for (const [engine, settings] of Object.entries(failover)) {
  for (const setting of settings) {
    test(`${engine} in two clusters, one of them with ${setting}`, (t) => {
      const plain = `failover: { engine: ${engine} }`;
      const told = `failover: { engine: ${engine}, ${setting} }`;
      for (const [first, other] of [
        [plain, told],
        [told, plain],
      ] as const) {
        const text = clusters(two, first, other);
        const { problems, inventory } = read(text);
        const found = problems.filter(({ rule }) => rule === 'LVS101');
        t.is(inventory, undefined);
        t.is(found.length, 1, JSON.stringify(problems));
        t.regex(
          found[0]!.message,
          new RegExp(`has conflicting ${setting.split(':')[0]} of ${engine} in web`),
        );
        const lines = text
          .split('\n')
          .flatMap((line, index) => (line.includes('failover') ? [index + 1] : []));
        t.deepEqual([found[0]!.also?.line, found[0]!.place.line], lines);
      }
      t.deepEqual(
        read(clusters(two, told, told)).problems.filter(({ rule }) => rule === 'LVS101'),
        [],
      );
    });
  }
}

test('directors that are not the same: one engine has one set of nodes', (t) => {
  const lb3 = second(two).replace('lb2: 172.16.100.3', 'lb3: 172.16.100.5');
  const with_ = (text: string): string =>
    text.replace('    services:', '    failover: { engine: pacemaker }\n    services:');
  const { problems } = read(with_(two) + with_(lb3));
  t.regex(
    problems.map(({ message }) => message).join('\n'),
    /lb1 has conflicting directors under pacemaker in web/,
  );
});

/** What each cluster says of the director's address, and of a network; what becomes of it, or that it is refused. */
const networks: readonly (readonly [first: string, other: string, bindnet: string | undefined])[] = [
  ['172.16.100.2/20', '172.16.100.2', '172.16.96.0'],
  ['172.16.100.2', '172.16.100.2/20', '172.16.96.0'],
  ['172.16.100.2', '172.16.100.2', '172.16.100.0'],
  ['172.16.100.2', '172.16.100.2 in 172.16.0.0/16', '172.16.0.0'],
  ['172.16.100.2 in 172.16.0.0/16', '172.16.100.2', '172.16.0.0'],
  ['172.16.100.2 in 172.16.0.0/16', '172.16.100.2/20', undefined],
  ['172.16.100.2 in 172.16.0.0/16', '172.16.100.2 in 172.16.96.0/20', undefined],
  // Real servers in a network of their own say nothing of the directors'.
  ['172.16.100.2 in 10.8.0.0/16', '172.16.100.2 in 10.8.0.0/20', '172.16.100.0'],
];

for (const [first, other, bindnet] of networks) {
  test(`corosync’s network, where one cluster says ${first}, and the other one ${other}`, (t) => {
    const put = (text: string, told: string): string => {
      const [address = '', network] = told.split(' in ');
      const settings = [
        ...(network === undefined ? [] : [`    network: ${network}\n`]),
        '    failover: { engine: pacemaker, transport: multicast }\n',
      ];
      return text
        .replace('172.16.100.2/24', address)
        .replaceAll(
          /172\.16\.100\.(?=[78]\b)/g,
          network?.startsWith('10.') === true ? '10.8.0.' : '172.16.100.',
        )
        .replace('    services:', `${settings.join('')}    services:`);
    };
    const { problems, inventory } = read(put(two, first) + put(second(two), other));
    const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    t.deepEqual(
      errors.map((message) => message.split(' in web')[0]),
      bindnet === undefined ? ['lb1 has conflicting prefix of the directors under pacemaker'] : [],
    );
    if (bindnet === undefined) return;
    const files = resourcesOf(inventory!, inventory!.hosts[0]!, 'debian', render);
    const conf = files.find((each) => each.kind === 'file' && each.path === '/etc/corosync/corosync.conf');
    t.true(JSON.stringify(conf).includes(`bindnetaddr: ${bindnet}\\n`), JSON.stringify(conf));
  });
}

test('under keepalived each cluster has an instance of its own', (t) => {
  const one = 'failover: { engine: keepalived, dead_time: 30, failback: true }';
  const other = 'failover: { engine: keepalived, id: 52 }';
  const { problems, inventory } = read(clusters(two, one, other));
  t.deepEqual(problems, []);
  t.not(inventory, undefined);
});

const engineLines: readonly [engine: string, first: string, other: string, setting: string | undefined][] = [
  ['ldirectord', 'global: [logfile = "/a"]', 'global: [logfile = "/b"]', 'logfile of ldirectord'],
  ['ldirectord', 'global: [logfile = "/a"]', 'global: [supervised = yes]', undefined],
  ['keepalived', 'global: [process_names]', 'global: [process_names]', undefined],
  ['keepalived', 'blocks: [net_namespace a]', 'blocks: [net_namespace b]', 'net_namespace of keepalived'],
  [
    'keepalived',
    'global: [lvs_timeouts tcp 1]',
    'global: [lvs_timeouts tcp 2]',
    'lvs_timeouts of keepalived',
  ],
  [
    'keepalived',
    "blocks: ['vrrp_track_file a {', file /a, '}']",
    "blocks: ['vrrp_track_file b {', file /b, '}']",
    undefined,
  ],
  [
    'keepalived',
    "blocks: ['virtual_server_group a {', 10.0.0.1 80, 10.0.0.1 81, '}']",
    "blocks: ['virtual_server_group a {', 10.0.0.1 80, 10.0.0.1 81, '}']",
    undefined,
  ],
  [
    'keepalived',
    "blocks: ['virtual_server_group a {', 10.0.0.1 80, 10.0.0.1 81, '}']",
    "blocks: ['virtual_server_group a {', 10.0.0.1 80, '}']",
    'virtual_server_group a 10.0.0.1 of keepalived',
  ],
];

for (const [engine, first, other, setting] of engineLines) {
  test(`lines of ${engine}’s own in two clusters: ${first} and ${other}`, (t) => {
    const health = (lines: string): string => `health: { engine: ${engine}, directives: { ${lines} } }`;
    const { problems } = read(clusters(dr, health(first), health(other)));
    const found = problems.filter(({ rule }) => rule === 'LVS103').map(({ message }) => message);
    t.deepEqual(
      found.map((message) => message.split(' in web')[0]),
      setting === undefined ? [] : [`lb1 has conflicting ${setting}`],
    );
  });
}

const daemons: readonly (readonly [first: string, other: string, engine: string, want: string])[] = [
  ['sync: { id: 3 }', 'sync: { id: 3 }', 'keepalived', 'present'],
  ['sync: { id: 3 }', 'sync: { id: 3 }', 'keepalived, sync_group: front', 'floating'],
  ['sync: { id: 3 }', 'mode: dr', 'keepalived', 'floating'],
  ['sync: { id: 3 }', 'sync: { id: 3 }', 'pacemaker', 'present'],
  ['mode: dr', 'sync: { id: 3 }', 'pacemaker', 'present'],
  ['sync: { id: 3 }', 'sync: { id: 4 }', 'pacemaker', 'refused'],
];

for (const [first, other, engine, want] of daemons) {
  test(`one sync daemon under ${engine}, where two clusters say ${first}, and ${other}`, (t) => {
    const put = (text: string, setting: string, id: number): string =>
      text
        .replace('    mode: dr\n', `    mode: dr\n    failover: { engine: ${engine}, id: ${id} }\n`)
        .replace('    services:', setting === 'mode: dr' ? '    services:' : `    ${setting}\n    services:`);
    const { problems, inventory } = read(put(two, first, 1) + put(second(two), other, 2));
    const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    t.deepEqual(
      errors.map((message) => message.split(' in web')[0]),
      want === 'refused' ? ['lb1 has conflicting sync'] : [],
    );
    if (want === 'refused') return;
    const wanted = resourcesOf(inventory!, inventory!.hosts[0]!, 'debian', render);
    t.deepEqual(
      wanted.flatMap((each) => (each.kind === 'sync-daemon' ? [[each.state, each.want, each.id]] : [])),
      [
        ['master', want, 3],
        ['backup', want, 3],
      ],
    );
  });
}

const directions: readonly (readonly [active: string, other: string, directions: string[]])[] = [
  ['lb1', 'lb1', ['master']],
  ['lb2', 'lb2', ['backup']],
  ['lb1', 'lb2', ['master', 'backup']],
  ['lb2', 'lb1', ['master', 'backup']],
];

for (const [active, other, states] of directions) {
  test(`lb1 sends and receives connections, where ${active} is active in one cluster, and ${other} in another`, (t) => {
    const put = (text: string, name: string): string =>
      text
        .replace(/^ {6}lb1: .*\n( {6}lb2: .*\n)?/m, '')
        .replace(
          '    directors:\n',
          `    sync: { id: 3 }\n    directors:\n${['lb1', 'lb2'].map((each, index) => `      ${each}: { address: 172.16.100.${index + 2}/24, active: ${each === name} }\n`).join('')}`,
        );
    const { problems, inventory } = read(put(dr, active) + put(second(dr), other));
    t.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    const wanted = resourcesOf(
      inventory!,
      inventory!.hosts.find(({ name }) => name === 'lb1')!,
      'debian',
      render,
    );
    t.deepEqual(
      wanted.flatMap((each) => (each.kind === 'sync-daemon' && each.want === 'present' ? [each.state] : [])),
      states,
    );
  });
}

const quarrels: readonly (readonly [what: string, first: object, other: object])[] = [
  ['timeouts', { timeouts: { tcp: 60, tcpFin: 9, udp: 9 } }, { timeouts: { tcp: 90, tcpFin: 9, udp: 9 } }],
  ['sync', { sync: { id: 3 } }, { sync: { id: 4 } }],
  ['starting sync', { sync: {}, engine: 'keepalived' }, { sync: {}, engine: 'pacemaker' }],
  ['time', { time: { servers: ['a'] } }, { time: { servers: ['b'] } }],
  ['net.ipv4.vs.drop_entry', { tunables: { drop_entry: '1' } }, { tunables: { drop_entry: '2' } }],
];

for (const [what, first, other] of quarrels) {
  test(`what no rule has refused is not made by the word of the first cluster alone: ${what}`, (t) => {
    const inventory = inventoryOf(
      clusters(two, 'failover: { engine: keepalived, id: 1 }', 'failover: { engine: keepalived, id: 2 }'),
    );
    const [pair, second_] = inventory.clusters.map((cluster, index): Cluster => {
      const { engine, ...settings } = (index === 0 ? first : other) as { engine?: FailoverEngine };
      return {
        ...cluster,
        ...settings,
        failover: engine && { ...cluster.failover!, engine },
      };
    });
    const built = { ...inventory, clusters: [pair!, second_!] };
    t.throws(() => resourcesOf(built, inventory.hosts[0]!, 'debian', render), {
      message: `${what} is wanted in two ways`,
    });
  });
}

test('a third cluster quarrels with the second, where the first says nothing', (t) => {
  const none = dr;
  const other = second(dr).replace('mode: dr', 'mode: dr\n    timeouts: { tcp: 60 }');
  const third = second(dr)
    .replace('two:', 'three:')
    .replace('172.16.100.4', '172.16.100.5')
    .replace('mode: dr', 'mode: dr\n    timeouts: { tcp: 90 }');
  const { problems } = read(none + other + third);
  t.regex(problems.map(({ message }) => message).join('\n'), /lb1 has conflicting timeouts in two/);
});

const contents: readonly [string, string][] = [
  ["{ mount: 'h:/www', at: /srv }", "{ mount: 'h:/www', at: /srv, options: rw }"],
  ["{ mount: 'h:/www', at: /srv }", "{ mount: 'h:/www', at: /srv, type: cifs }"],
  ["{ rsync: 'h:/www', at: /srv }", "{ rsync: 'h:/www', at: /srv, every: 9 }"],
  ["{ rsync: 'h:/www', at: /srv }", "{ rsync: 'h:/www', at: /srv, delete: true }"],
  ["{ rsync: 'h:/www', at: /srv }", "{ mount: 'h:/www', at: /srv }"],
];

for (const [first, other] of contents) {
  test(`content ${first}, and ${other}`, (t) => {
    const { problems } = read(clusters(dr, `content: [${first}]`, `content: [${other}]`));
    t.regex(
      problems.map(({ rule, message }) => `${rule} ${message}`).join('\n'),
      /LVS095 .* with other settings; the other/,
    );
    t.deepEqual(read(clusters(dr, `content: [${first}]`, `content: [${first}]`)).problems, []);
  });
}

test('one real server in two TUN clusters with two checksums: what is valid builds', (t) => {
  const tun = (checksum: string): string =>
    dr.replace('mode: dr', 'mode: tun').replace('weight: 2', `tunnel: { type: gre, checksum: ${checksum} }`);
  const { problems, inventory } = read(tun('none') + second(tun('full')));
  t.is(inventory, undefined);
  t.deepEqual(
    problems.map(({ rule, message, place, also }) => [rule, message, place.line, also?.line]),
    [
      [
        'LVS006',
        'rs1: web and two have conflicting settings for tunnel lvs-gre (checksum: false, and true); the other is at x.yaml:9:7',
        19,
        9,
      ],
    ],
  );
  t.deepEqual(read(tun('full') + second(tun('full'))).problems, []);
});
