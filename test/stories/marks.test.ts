import { connections, exchange, held, sctpAnswers } from '../support/scenarios.ts';
import { complete } from '../support/library.ts';
import { curl, distinct, names, play, weigh, world } from './scenario.ts';

/** Firewall marks, ARP that is kept quiet in each way, and what the schedulers promise. */
play(
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
      t.regex(output, /bind 10\.1\.0\.100 to 52:54:00:\S+ \(lb1, eth0\)/);
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
      const often = complete(
        `begin F\nfor i in 1 2 3 4 5 6; do ${edit('sh')}; sleep 1; ${edit('wrr')}; sleep 1; done`,
      );
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
);
