import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { fromPorts, unharmed } from '../support/asking.ts';
import { differing, LabWorld } from '../support/lab.ts';
import { tableVerbs } from '../../src/shell/table.ts';
import {
  blankState,
  connections,
  exchange,
  ftpList,
  held,
  machines,
  sctpAnswers,
} from '../support/scenarios.ts';

/**
 * Every mode and option that inventories/ shows, on real kernels: applied to blank hosts, asked, changed while a client
 * asks, destroyed. All of them share one lab.
 */
interface Scenario {
  /** The inventory's folder. */
  readonly name: string;
  readonly url: string;
  /** Hosts that get nftables first; before that, and elsewhere, iptables does its work. */
  readonly nft?: readonly string[];
  /** Hosts that boot anew in the end, and have to come back by themselves. */
  readonly reboots?: readonly string[];
  /** What only this scenario shows. */
  readonly check?: (t: ExecutionContext) => Promise<unknown>;
  /** What is changed, step by step, while a client asks: an edit of the cluster. */
  readonly changes: readonly ((cluster: Cluster) => void)[];
  /** After each change. */
  readonly after?: (t: ExecutionContext, step: number) => Promise<unknown>;
}

interface Cluster {
  [key: string]: unknown;
  arp?: string;
  real_servers: Record<string, string | { address: string; [key: string]: unknown }>;
  services: Record<string, unknown>[];
}

let world: LabWorld;
let blank: readonly string[] = [];
const hosts = ['lb1', 'lb2', 'rs1', 'rs2', 'rs3'];
const states = (): Promise<string[]> => Promise.all(hosts.map((host) => world.on(host, blankState)));

const weigh = (cluster: Cluster, weights: Record<string, number>): void => {
  for (const service of cluster.services) service['real_servers'] = { ...weights };
};
const distinct = (values: readonly string[]): string[] => [...new Set(values)].toSorted();
const names = (output: string): string[] => output.trim().split('\n');
const curl = (url: string, count = 1): Promise<string> =>
  world.on('client', `for i in $(seq ${count}); do curl -sSk -m 5 ${url}; done`);

/** Ports of a client that both of the first two scenarios hear from. */
const remembered = [9001, 9002, 9003, 9004, 9005, 9006];
const allAnswered = remembered.map(() => '200');

const scenarios: readonly Scenario[] = [
  {
    name: 'tun',
    url: 'http://10.1.0.100/',
    check: async (t) => {
      // The strict filter everywhere else: only the tunnel's own setting lets the packets in.
      for (const host of ['rs1', 'rs2', 'rs3'])
        await world.on(host, 'sysctl -qw net.ipv4.conf.all.rp_filter=1');
      t.deepEqual(distinct(names(await curl('http://10.1.0.100/', 4))), ['rs1', 'rs2', 'rs3']);
      // Packets of full size do not fit into the tunnel: the director says so, and the client's kernel obeys.
      const sent =
        'head -c 300000 /dev/zero | curl -sS -m 20 --data-binary @- -o /dev/null -w "%{http_code} %{size_upload}\\n"';
      const large = await world.on('client', `for i in 1 2 3 4; do ${sent} http://10.1.0.100/; done`);
      t.deepEqual(
        names(large),
        Array.from({ length: 4 }, () => '200 300000'),
      );
      for (const host of ['rs1', 'rs2', 'rs3'])
        await world.on(host, 'sysctl -qw net.ipv4.conf.all.rp_filter=0');
    },
    changes: [(cluster) => weigh(cluster, { rs1: 1, rs2: 1, rs3: 3 })],
    after: async (t) =>
      t.deepEqual(await fromPorts(world, 'client', '10.1.0.100:80', remembered), allAnswered),
    reboots: ['rs1', 'rs2', 'rs3'],
  },
  {
    name: 'fullnat',
    url: 'http://10.1.0.100/',
    check: async (t) => {
      t.regex(await world.on('rs3', 'ip route show default'), /via 10\.2\.0\.254/);
      // For two minutes the director remembers with whom they talked through the tunnel.
      const known = (await world.on('lb1', 'ipvsadm -Lnc')).match(/FIN_WAIT +10\.3\.0\.50:900\d/g) ?? [];
      t.log(`${known.length} ports remembered from the scenario before`);
      t.deepEqual(await fromPorts(world, 'client', '10.1.0.100:80', remembered), allAnswered);
    },
    changes: [
      (cluster) => weigh(cluster, { rs1: 0, rs3: 0 }),
      (cluster) => weigh(cluster, { rs1: 1, rs3: 2 }),
    ],
    after: async (t, step) => {
      const answers = names(await curl('http://10.1.0.100/', 3));
      t.deepEqual(answers.includes('rs2'), step === 0, `${answers.join(' ')} after step ${step}`);
    },
  },
  {
    name: 'tun-ipv6',
    url: 'http://[fd00:1::100]/',
    changes: [(cluster) => weigh(cluster, { rs1: 3, rs3: 1 })],
  },
  {
    name: 'mixed',
    url: 'http://10.1.0.100/',
    check: async (t) =>
      t.deepEqual(distinct(names(await curl('http://10.1.0.100/', 4))), ['lb1', 'rs1', 'rs2', 'rs3']),
    changes: [
      (cluster) => {
        cluster.real_servers['rs1'] = { address: '10.1.0.11', mode: 'tun' };
        delete cluster.real_servers['rs2'];
      },
    ],
  },
  {
    name: 'fwmark',
    url: 'http://10.1.0.100/',
    nft: ['lb1', 'rs1'],
    reboots: ['lb1', 'rs1', 'rs2'],
    check: async (t) => {
      const [web, shop] = [await curl('http://10.1.0.100/'), await curl('https://10.1.0.100/')];
      t.is(web, shop, 'one client, one real server, on both ports');
    },
    changes: [
      (cluster) => {
        cluster.arp = 'arptables';
        cluster.services[0]!['ports'] = [80, '443/tcp', '8080-8090'];
      },
    ],
    after: async (t) => t.is(await curl('http://10.1.0.100/'), await curl('http://10.1.0.100:8080/')),
  },
  {
    name: 'per-client',
    url: 'http://10.1.0.100/',
    check: async (t) => {
      const asked = await Promise.all(
        ['http://10.1.0.100/', 'http://10.1.0.100:8080/', 'https://10.1.0.100/'].map((url) => curl(url)),
      );
      t.is(new Set(asked).size, 1, 'every port leads to the same real server');
      // For the change: what verify tells the router's administrator to do.
      const mac = (await world.on('lb1', 'cat /sys/class/net/eth0/address')).trim();
      await world.on('router', `ip neigh replace 10.1.0.100 lladdr ${mac} nud permanent dev eth0`);
    },
    changes: [
      (cluster) => {
        cluster.arp = 'static';
        weigh(cluster, { rs1: 2, rs2: 2 });
      },
    ],
    after: async (t) => {
      const noisy = 'arping -D -c 1 -w 2 -I eth0 10.1.0.100 >/dev/null && echo quiet || echo noisy';
      t.is(await world.on('lb1', noisy), 'noisy\n', 'real servers answer ARP now');
      const { output } = await world.lvsform('verify', '--lab', '--requests', '4');
      t.regex(output, /10\.1\.0\.100 has to be bound to 52:54:00:\S+ \(lb1, eth0\)/);
      t.regex(output, /4 of 4 answered/);
      await world.on('router', 'ip neigh del 10.1.0.100 dev eth0');
    },
  },
  {
    name: 'schedulers',
    url: 'http://10.1.0.100:8001/',
    check: async (t) => {
      const vip = '10.1.0.100';
      const counted = names(await curl(`http://${vip}/`, 12));
      t.is(counted.filter((name) => name === 'rs1').length, 9, 'wrr 3:1, exactly');
      // Overheads (domain: lc active*256+inactive, wlc by weight, sed (active+1)/weight, nq sed but an idle one first).
      t.deepEqual(await held(world, `${vip}:8004`, 8), { rs1: 4, rs2: 4 }, 'lc');
      t.deepEqual(await held(world, `${vip}:8005`, 8), { rs1: 6, rs2: 2 }, 'wlc');
      t.deepEqual(await held(world, `${vip}:8006`, 2), { rs1: 2, rs2: 0 }, 'sed');
      t.deepEqual(await held(world, `${vip}:8007`, 2), { rs1: 1, rs2: 1 }, 'nq');
      t.deepEqual(await held(world, `${vip}:8008`, 4), { rs1: 4, rs2: 0 }, 'fo: the heaviest');
      t.deepEqual(
        await held(world, `${vip}:8009`, 6),
        { rs1: 4, rs2: 2 },
        'ovf: the next once it has more than its weight',
      );
      t.deepEqual(await held(world, `${vip}:8012`, 6), { rs1: 2, rs2: 4 }, 'upper threshold 2');
      // The same source for sh; two clients of one /24 are one to a netmask.
      t.is(new Set(names(await curl(`http://${vip}:8002/`, 6))).size, 1, 'sh');
      await world.on('client', 'ip addr add 10.3.0.51/24 dev eth0');
      const both = await Promise.all(
        ['10.3.0.50', '10.3.0.51'].map((own) => curl(`--interface ${own} http://${vip}:8011/`)),
      );
      t.is(new Set(both).size, 1, 'persistence by netmask');
      // Four datagrams of one socket: one connection to the table, or four packets.
      t.is(new Set(await exchange(world, vip, 7, 4)).size, 1, 'udp');
      t.deepEqual(distinct(await exchange(world, vip, 9, 4)), ['rs1', 'rs2'], 'udp, one-packet');
      t.deepEqual((await sctpAnswers(world, vip, 3868, 4)).toSorted(), ['rs1', 'rs1', 'rs2', 'rs2'], 'sctp');
      // While a scheduler changes the kernel would refuse (17 of 976 connections): nobody notices.
      const limits = 'cat /proc/sys/net/ipv4/icmp_ratelimit /proc/sys/net/ipv6/icmp/ratelimit';
      const before = await world.on('lb1', limits);
      const edit = (scheduler: string): string => `unrefused ipvsadm -E -t ${vip}:8001 -s ${scheduler}`;
      const often = `cd /; ${tableVerbs} for i in 1 2 3 4 5 6; do ${edit('sh')}; sleep 1; ${edit('wrr')}; sleep 1; done`;
      const opening = connections(world, `${vip}:8001`, 14);
      await world.on('lb1', often);
      const { opened, refused } = await opening;
      t.true(opened > 100, `${opened} connections`);
      t.is(refused, 0, `of ${opened} connections while the scheduler changed twelve times`);
      t.is(await world.on('lb1', limits), before);
    },
    changes: [
      (cluster) => {
        cluster.services = cluster.services.map((service) =>
          service['port'] === 8001 ? { ...service, scheduler: 'wlc' } : service,
        );
        cluster.real_servers['rs2'] = { address: '10.1.0.12', weight: 2 };
      },
    ],
  },
  {
    name: 'dr-ipv6',
    url: 'http://[fd00:1::100]/',
    changes: [(cluster) => weigh(cluster, { rs1: 1 })],
  },
  {
    name: 'nat-ipv6',
    url: 'http://[fd00:3::100]/',
    reboots: ['lb1', 'rs1'],
    changes: [(cluster) => weigh(cluster, { rs1: 3, rs2: 1 })],
  },
  {
    name: 'pair',
    url: 'http://10.1.0.100/',
    reboots: ['lb1', 'lb2'],
    check: async (t) => {
      t.regex(await world.on('lb1', 'ipvsadm -Ln --timeout'), /: 600 60 30/);
      const download = world.on(
        'client',
        "curl -s -m 200 -o /dev/null -w '%{http_code} %{size_download}' http://10.1.0.100/slow",
      );
      await world.until('lb2 knows the connection', 20, async () =>
        /ESTABLISHED \S+ +10\.1\.0\.100:80/.test(await world.on('lb2', 'ipvsadm -Lnc')),
      );
      // A failover by hand: the VIP leaves one director, and the other's script brings it up.
      await world.on('lb1', '/usr/local/sbin/lvs-director stop');
      await world.on('lb2', '/usr/local/sbin/lvs-director start');
      t.is(await download, '200 65536', 'the connection goes on over the other director');
      t.regex(await curl('http://10.1.0.100/'), /^rs[12]\n$/);
      await world.on('lb2', '/usr/local/sbin/lvs-director stop');
      await world.on('lb1', '/usr/local/sbin/lvs-director start');
      t.regex(await curl('http://10.1.0.100/'), /^rs[12]\n$/);
    },
    changes: [
      (cluster) => {
        cluster['sync'] = { id: 9, port: 8849 };
        cluster['timeouts'] = { udp: 60 };
      },
    ],
  },
  {
    name: 'ftp',
    url: '',
    check: async (t) => {
      for (const how of ['--ftp-pasv', '--ftp-port -'])
        t.regex(await ftpList(world, '10.3.0.100', how), /slow/, how);
    },
    changes: [],
  },
];

test.before(async (t) => {
  world = await LabWorld.make();
  await world.write(machines);
  const { times } = await world.up();
  t.log(`all hosts ${times.boot.toFixed(1)} s`);
  blank = await states();
});
test.after.always(async (t) => t.deepEqual(await world.down(), []));

for (const { name, url, nft, check, changes, after, reboots } of scenarios) {
  test.serial(name, async (t) => {
    const begun = Date.now();
    const text = await readFile(
      fileURLToPath(new URL(`../../../inventories/${name}/cluster.yaml`, import.meta.url)),
      'utf8',
    );
    const inventory = load(text) as { clusters: Record<string, Cluster> };
    await world.write(inventory);
    if (nft !== undefined) {
      await Promise.all(nft.map((host) => world.on(host, 'apt-get -y -q install nftables >/dev/null 2>&1')));
      blank = await states();
    }
    const applied = await world.lvsform('apply', '--lab', '--yes');
    if (applied.code !== 0) return t.fail(`apply: ${applied.code}\n${applied.output}`);
    const verified = await world.lvsform('verify', '--lab', '--requests', '8');
    t.is(verified.code, 0, verified.output);
    await check?.(t);
    for (const [step, change] of changes.entries()) {
      change(Object.values(inventory.clusters)[0]!);
      await world.write(inventory);
      const { requests, slowest } = await unharmed(world, url, async () => {
        const changed = await world.lvsform('apply', '--lab', '--yes', '--force');
        t.is(changed.code, 0, changed.output);
      });
      t.log(
        `${requests.length} requests during change ${step + 1}, the slowest took ${slowest.toFixed(2)} s`,
      );
      await after?.(t, step);
    }
    if (reboots !== undefined) {
      await Promise.all(reboots.map((host) => world.reboot(host)));
      const back = await world.lvsform('verify', '--lab', '--requests', '8');
      t.is(back.code, 0, back.output);
    }
    const again = await world.lvsform('plan', '--lab', '--detailed-exitcode');
    t.is(again.code, 0, again.output);
    const destroyed = await world.lvsform('destroy', '--lab', '--yes');
    t.is(destroyed.code, 0, destroyed.output);
    t.deepEqual(differing(hosts, blank, await states()), []);
    t.log(`${((Date.now() - begun) / 1000).toFixed(0)} s`);
  });
}
