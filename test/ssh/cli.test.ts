import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { dr } from '../support/inventories.ts';
import { realHosts } from '../support/real-hosts.ts';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

test('the command line against real sshd hosts, found by ssh_config: from plan to destroy', async (t) => {
  const hosts = ['lb1', 'rs1', 'rs2'];
  const address = { lb1: '172.16.100.2/24', rs1: '172.16.100.7/24', rs2: '172.16.100.8/24' };
  const real = await realHosts(
    t,
    Object.entries(address).map(([name, cidr]) => ({ name, interfaces: { eth0: cidr } })),
  );
  const home = join(real.folder, 'home');
  await mkdir(join(home, '.ssh'), { recursive: true });
  const entries = hosts.map(
    (name) => `Host ${name}\n  HostName 127.0.0.1\n  Port ${real.route(name).port}\n`,
  );
  await writeFile(
    join(home, '.ssh/config'),
    `${entries.join('')}Host *\n  User root\n  IdentityFile ${real.folder}/login\n  IdentitiesOnly yes\n  UserKnownHostsFile ${real.folder}/known_hosts\n`,
  );
  await writeFile(join(home, 'inventory.yaml'), dr);
  const lvsform = async (...args: string[]): Promise<{ code: number; out: string }> => {
    const config = ['plan', 'apply', 'destroy', 'verify'].includes(args[0]!)
      ? ['--ssh-config', join(home, '.ssh/config')]
      : [];
    const child = spawn(process.execPath, [main, ...args, ...config], {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (out += data.toString()));
    const [code]: unknown[] = await once(child, 'close');
    return { code: Number(code), out };
  };
  const expect = async (code: number, says: RegExp, ...args: string[]): Promise<void> => {
    const said = await lvsform(...args);
    t.is(said.code, code, `${args.join(' ')}: ${said.out}`);
    t.regex(said.out, says);
  };
  await expect(2, /Plan: \d+ to add.*on 3 hosts\./, 'plan', '-o', 'dr.plan.json', '--detailed-exitcode');
  await expect(
    0,
    /Plan \d+-\w+ of \.\/inventory\.yaml, made .*\+ virtual service tcp 172\.16\.100\.1:80/s,
    'show',
    'dr.plan.json',
  );
  await expect(1, /no terminal to confirm on.*--yes/, 'apply');
  await expect(0, /Summary: 3 changed/, 'apply', 'dr.plan.json');
  await expect(0, /No changes: 3 hosts are as wanted\./, 'plan', '--detailed-exitcode');
  // These hosts serve nothing, and have no ip_vs: there is no drift, and still it does not work.
  await expect(
    1,
    /No changes.*rs1: nothing listens on tcp 172\.16\.100\.1:80.*ok {4}only lb1 answers ARP/s,
    'verify',
  );
  await expect(
    0,
    /rs1: applied already: this plan was applied to it already at \S+ by /,
    'apply',
    'dr.plan.json',
  );
  await real.inside('rs2', 'ip addr del 172.16.100.1/32 dev lo');
  await expect(1, /\+ address 172\.16\.100\.1\/32 on lo/, 'verify');
  await expect(0, /"type":"transaction-end".*"host":"rs2","outcome":"changed"/s, 'apply', '--yes', '--json');
  await expect(0, /Summary: 3 changed/, 'destroy', '--yes');
  await expect(0, /No changes: nothing of this inventory is on 3 hosts\./, 'destroy', '--yes');
  await expect(3, /rs1: unreachable\n.*said nothing|rs1: unreachable/, 'plan', '--port', '1');
});
