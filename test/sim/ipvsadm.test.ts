import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { makeTree } from '../../src/sim/tree.ts';

const bin = dirname(fileURLToPath(import.meta.resolve('#sim-bin/common.sh')));

interface Answer {
  readonly status: number | null;
  readonly out: string;
  readonly said: string;
}

/** The stand-in on a host of its own: called with words, and with lines on standard input. */
async function standIn(t: ExecutionContext): Promise<(words: string, lines?: string) => Answer> {
  const root = await mkdtemp(join(tmpdir(), 'lvsform-ipvsadm-'));
  t.teardown(() => rm(root, { recursive: true, force: true }));
  const addresses = [{ interface: 'eth0', cidr: '10.0.0.2/24' }];
  makeTree(root, { name: 'lb1', family: 'debian', addresses });
  await mkdir(join(root, 'sys/module/ip_vs'));
  return (words, lines = '') => {
    const { status, stdout, stderr } = spawnSync(join(bin, 'ipvsadm'), words.split(' '), {
      env: { LVSFORM_ROOT: root, PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin` },
      input: lines,
      encoding: 'utf8',
    });
    return { status, out: stdout, said: stderr };
  };
}

const web = '-t 10.0.0.1:80';

test('ipvsadm -R goes on after a line that fails, says what failed, and ends with 0', async (t) => {
  const ipvsadm = await standIn(t);
  const lines = [
    `-A ${web} -s rr`,
    `-d ${web} -r 10.0.0.7:80`,
    `-a ${web} -r 10.0.0.7:80 -g -w 2`,
    `-a ${web} -r 10.0.0.7:80 -g -w 3`,
    `-a ${web} -r 10.0.0.8 -m -w 1 -x 10 -y 5`,
    `-E ${web} -p`,
    `-e ${web} -r 10.0.0.8 -m -w 4`,
    `-a -t 10.0.0.1:443 -r 10.0.0.7`,
    '',
  ];
  const { status, said } = ipvsadm('-R', lines.join('\n'));
  t.is(status, 0);
  t.is(said, 'No such destination\nDestination already exists\nService not defined\n');
  t.is(
    ipvsadm('-Sn').out,
    `-A ${web} -s wlc -p 360\n-a ${web} -r 10.0.0.7:80 -g -w 2\n-a ${web} -r 10.0.0.8:80 -m -w 4\n`,
  );
  t.regex(ipvsadm('-Ln --thresholds').out, /-> 10\.0\.0\.8:80 0 0 0 0/);
});

const failures: [string, string, number][] = [
  [`-A ${web}`, 'Service already exists', 255],
  ['-E -u 10.0.0.1:53', 'No such service', 255],
  [`-E ${web} -s nonsense`, 'Scheduler or persistence engine not found', 255],
  [`-d ${web} -r 10.0.0.9`, 'No such destination', 255],
  [`-a ${web} -r 10.0.0.9 -w 1 --nonsense`, 'ipvsadm: unexpected argument --nonsense', 2],
  ['-Ln -u 10.0.0.1:53', 'No such service', 255],
];

test('a single edit that fails ends with the status of ipvsadm, and the table is as it was', async (t) => {
  const ipvsadm = await standIn(t);
  ipvsadm(`-A ${web} -s rr`);
  const before = ipvsadm('-Sn').out;
  for (const [words, said, status] of failures) {
    t.deepEqual(ipvsadm(words), { status, out: '', said: `${said}\n` }, words);
  }
  t.is(ipvsadm('-Sn').out, before);
});

test('a list of one service shows that service only', async (t) => {
  const ipvsadm = await standIn(t);
  ipvsadm('-R', `-A -f 7 -6 -s rr\n-a -f 7 -6 -r [2001:db8::7] -i -w 1\n-A ${web}\n-a ${web} -r 10.0.0.7\n`);
  const rows = (words: string): string[] => ipvsadm(words).out.trimEnd().split('\n').slice(3);
  t.deepEqual(rows('-Ln -f 7 -6'), ['FWM  7 IPv6 rr', '  -> [2001:db8::7]:0 Tunnel 1 0 0']);
  t.is(rows('-Ln').length, 4);
});
