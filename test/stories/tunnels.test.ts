import { fromPorts } from '../support/asking.ts';
import { curl, distinct, names, play, weigh, world } from './scenario.ts';

/** Ports of a client that both of the first two scenarios hear from. */
const remembered = [9001, 9002, 9003, 9004, 9005, 9006];
const allAnswered = remembered.map(() => '200');

/** Tunnels, FULLNAT, and both in one cluster with direct routing. */
play(
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
);
