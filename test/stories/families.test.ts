import { ftpList } from '../support/scenarios.ts';
import { curl, play, weigh, world } from './scenario.ts';

const bothFamilies = ['http://10.1.0.100/', 'http://[fd00:1::100]/'];

/** IPv6, one interface, a director in reserve, and FTP. */
play(
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
    name: 'nat-one-interface',
    url: bothFamilies[1]!,
    check: async (t) => {
      // Long enough for whatever redirects there are: the kernel sends them while packets go on.
      const slow = (url: string): Promise<string> =>
        world.on('client', `curl -gs -m 200 -o /dev/null -w '%{size_download}' ${url}slow`);
      for (let time = 0; time < 2; time++)
        t.deepEqual(await Promise.all(bothFamilies.map(slow)), ['65536', '65536']);
      for (const url of bothFamilies)
        for (let time = 0; time < 6; time++) t.regex(await curl(url), /^rs[12]\n$/);
      for (const server of ['rs1', 'rs2'])
        t.notRegex(
          await world.on(server, 'ip route show cache; ip -6 route show table all'),
          /redirected|expires/,
        );
    },
    changes: [],
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
);
