import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { folder as folderWith, lvsformHere, lvsformProcess, main, type Said } from '../support/cli.ts';
import { dr } from '../support/inventories.ts';
import { exit } from '../../src/report/exit-statuses.ts';
import { beforeCommand } from '../support/before-command.ts';
import { realHosts } from '../support/real-hosts.ts';
import { simulated } from '../support/simulated.ts';
import { sshds } from '../support/sshds.ts';
import { transports } from '../support/transports.ts';

interface Site {
  /** lvsform here, by the gateway. */
  readonly via: (...args: string[]) => Promise<Said>;
  /** The options for that. */
  readonly by: readonly string[];
  /** The home directory at the gateway. */
  readonly home: string;
  readonly folder: string;
}

/**
 * A gateway: lvsform has a home of its own there, whose ssh_config knows the hosts. This machine's ssh_config knows the gateway
 * alone. `through` is a port in front of the gateway's.
 */
async function gateway(
  t: ExecutionContext,
  { cwd, hosts, lvsform = `${process.execPath} ${main}` }: { cwd: string; hosts: string; lvsform?: string },
  through: (port: number) => Promise<number> = (port) => Promise.resolve(port),
): Promise<Site> {
  const gate = await sshds({ gate: [] });
  t.teardown(() => gate.stop());
  const { folder } = gate;
  const home = join(folder, 'home');
  await mkdir(join(home, '.ssh'), { recursive: true });
  await mkdir(join(folder, 'bin'));
  await writeFile(join(home, '.ssh/config'), hosts);
  await writeFile(
    join(folder, 'bin/lvsform'),
    `#!/bin/sh\nexec unshare -m sh -c 'mount --bind ${home} /root; exec ${lvsform} "$@"' sh "$@"\n`,
    { mode: 0o755 },
  );
  const config = join(folder, 'config');
  const port = await through(gate.port('gate'));
  await writeFile(
    config,
    `Host gate\n  HostName 127.0.0.1\n  Port ${port}\n  User root\n  IdentityFile ${folder}/login\n  IdentitiesOnly yes\n  UserKnownHostsFile ${folder}/known_hosts\n`,
  );
  await appendFile(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${gate.hostKey('gate')}\n`);
  const by = ['--via', 'gate', '--ssh-config', config];
  return { via: (...args) => lvsformProcess([...args, ...by], { cwd }), by, home, folder };
}

/** What lvsform says, without what differs from run to run. */
const same = ({ code, out, err }: Said): readonly string[] => [
  `exit ${code}`,
  ...out
    .replaceAll(/"(id|fingerprint)":"[\da-f]{6,}[^"]*"|"createdAt":"[^"]*"/g, '')
    .replaceAll(/\bplan [\da-f]{6,}\b/g, 'plan')
    // How far clocks differ is measured, and differs itself.
    .replaceAll(/^\S+ +the clocks of .*$/gm, 'the clocks')
    .split(/\n|(?<=,)(?=")/),
  ...err.split('\n'),
];

function alike(t: ExecutionContext, one: Said, other: Said, what: string): void {
  const [ours, theirs] = [same(one), same(other)];
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  t.deepEqual(ours[at], theirs[at], `${what}: ${one.err}`);
  t.is(ours.length, theirs.length, what);
}

test('a run at a gateway says what a run here says, from plan to destroy', async (t) => {
  const { cwd, path, reach, sim } = await simulated(t, dr);
  const hosts = await readFile(join(cwd, 'ssh_config'), 'utf8');
  const { by, home } = await gateway(t, { cwd, hosts });
  const via = (...args: string[]): Promise<Said> => lvsformHere(...args, '-i', path, ...by);
  const alone = (...args: string[]): Promise<Said> => lvsformHere(...args, '-i', path, ...reach);
  for (const args of [
    ['plan', '--json'],
    ['plan', '--detailed-exitcode', '--limit', 'rs1'],
    ['plan', '--limit', 'nobody'],
    ['verify'],
  ]) {
    alike(t, await via(...args), await alone(...args), args.join(' '));
  }
  const file = join(cwd, 'saved.plan.json');
  const saved = await via('plan', '-o', file);
  t.is(saved.code, exit.done, saved.err);
  t.regex(saved.err, /apply it with: lvsform apply \S+saved\.plan\.json .*--via gate/);
  const applied = await via('apply', file, '--json');
  t.is(applied.code, exit.done, applied.err);
  const events = applied.out
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as { type: string; results?: { outcome: string }[] });
  t.deepEqual(
    events.at(-1)?.results?.map(({ outcome }) => outcome),
    ['changed', 'changed', 'changed'],
  );
  t.true(events.some(({ type }) => type === 'transaction-end'));
  // One after the other, so that the lines of both runs have the same order.
  const again = ['apply', file, '--parallelism', '1'];
  alike(t, await via(...again), await alone(...again), 'apply again');
  sim.cut('rs2', true);
  alike(t, await via('plan'), await alone('plan'), 'a host that is gone');
  sim.cut('rs2', false);
  const unasked = await via('destroy');
  t.is(unasked.code, exit.failed);
  t.regex(unasked.err, /You did not type yes: nothing was changed/);
  t.is((await via('destroy', '--yes', '--json')).code, exit.done);
  t.regex((await alone('plan')).out, /Plan: \d+ to add/);
  // What came through the gateway left nothing there.
  t.deepEqual(await readdir(home, { recursive: true }), ['.ssh', '.ssh/config']);
});

test('secrets and the password of sudo come from here, and go to the hosts only', async (t) => {
  const [key, word] = ['k3y-of-the-pair', 's3cret-word'];
  const { sim, cwd, path } = await simulated(
    t,
    `${dr.replace('      lb1: 172.16.100.2/24\n', '      lb1: 172.16.100.2/24\n      lb2: 172.16.100.3\n')}    health: { engine: ldirectord }
    failover: { engine: heartbeat, key: { env: LVSFORM_TEST_KEY } }
defaults: { ssh: { sudo: true } }
`,
  );
  const bin = join(sim.root('lb1'), '.sim/bin');
  await mkdir(bin, { recursive: true });
  await writeFile(
    join(bin, 'sudo'),
    `#!/bin/sh
case $1 in
  -n) exit 1 ;;
  -k) IFS= read -r given; [ "$given" = ${word} ] ;;
  -S) shift; exec "$@" ;;
esac
`,
    { mode: 0o755 },
  );
  const hosts = await readFile(join(cwd, 'ssh_config'), 'utf8');
  const { by, folder: there } = await gateway(t, { cwd, hosts });
  const given = { LVSFORM_TEST_KEY: key, LVSFORM_SUDO_PASSWORD: word };
  const { code, out, err } = await lvsformProcess(['apply', '--yes', '--full', '-i', path, ...by], {
    env: given,
  });
  t.is(code, exit.done, err);
  t.true((await readFile(join(sim.root('lb1'), 'etc/ha.d/authkeys'), 'utf8')).includes(key));
  for (const text of [out, err]) t.notRegex(text, new RegExp(`${key}|${word}`));
  for (const each of await readdir(there, { recursive: true, withFileTypes: true })) {
    if (each.isFile())
      t.notRegex(await readFile(join(each.parentPath, each.name), 'utf8'), new RegExp(`${key}|${word}`));
  }
  const unknown = await lvsformProcess(['apply', '--yes', '-i', path, ...by], {
    env: { LVSFORM_TEST_KEY: key },
  });
  t.is(unknown.code, exit.failed);
  t.regex(
    unknown.err,
    /sudo needs a password, and there is no terminal to ask for it: set LVSFORM_SUDO_PASSWORD/,
  );
});

test('real hosts behind a real gateway: applied, nothing left to do, destroyed', async (t) => {
  const real = await realHosts(t, [
    { name: 'lb1', interfaces: { eth0: '172.16.100.2/24' } },
    { name: 'rs1', interfaces: { eth0: '172.16.100.7/24' } },
  ]);
  const inventory = dr.replace(/ +rs2: .*\n/, '');
  const hosts = ['lb1', 'rs1'].map(
    (name) =>
      `Host ${name}\n  HostName 127.0.0.1\n  Port ${real.route(name).port}\n  User root\n  IdentityFile ${real.folder}/login\n  UserKnownHostsFile ${real.folder}/known_hosts\n`,
  );
  const cwd = join(real.folder, 'inventory');
  await mkdir(cwd);
  await writeFile(join(cwd, 'inventory.yaml'), inventory);
  const { via } = await gateway(t, { cwd, hosts: hosts.join('') });
  const expect = async (says: RegExp, ...args: string[]): Promise<void> => {
    const { code, out, err } = await via(...args);
    t.is(code, exit.done, `${args.join(' ')}: ${err}`);
    t.regex(out, says);
  };
  await expect(/Summary: .*2 changed/, 'apply', '--yes');
  await expect(/No changes/, 'plan');
  await expect(/Summary: .*2 changed/, 'destroy', '--yes');
});

test('a gateway without lvsform, with another version, with another key, and none', async (t) => {
  const { cwd } = await simulated(t, dr);
  const says = async (lvsform: string, message: RegExp, code: number): Promise<void> => {
    const { via } = await gateway(t, { cwd, hosts: '', lvsform });
    const said = await via('plan');
    t.is(said.code, code, said.err);
    t.regex(said.err, message);
    t.is(said.out, '');
  };
  await says(
    'lvsform-of-nobody',
    /^lvsform: lvsform does not run at the gateway gate: it ended with 127: .*not found\n {4}install lvsform \S+ there, so that this prints its version: ssh gate lvsform --version\n$/,
    exit.unreachable,
  );
  const old = await folderWith(t, {
    old: `echo a greeting; echo '@'"$2" '{"type":"hello","version":"0.0.1"}'; cat >/dev/null\n`,
  });
  await says(
    `sh ${old}/old`,
    /^lvsform: the gateway gate has lvsform 0\.0\.1, and this is lvsform \S+: both must be the same\n/,
    exit.failed,
  );
  const alone = await lvsformProcess(['plan', '--via', 'root@127.0.0.1:1'], { cwd });
  t.is(alone.code, exit.unreachable);
  t.regex(alone.err, /^lvsform: the gateway root@127\.0\.0\.1:1: nothing listens on 127\.0\.0\.1:1/);
});

/** An apply by the gateway, one host after the other, that is in the midst of rs1 until `goOn`. */
async function inTheMidst(t: ExecutionContext, ...more: string[]) {
  const { sim, cwd, reach } = await simulated(t, dr);
  const cables = new Set<Socket>();
  const hosts = await readFile(join(cwd, 'ssh_config'), 'utf8');
  const { by } = await gateway(t, { cwd, hosts }, async (port) => {
    const proxy = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      cables.add(near).add(far);
      near.pipe(far).pipe(near);
      for (const end of [near, far]) end.on('error', () => {});
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    t.teardown(() => proxy.close());
    return (proxy.address() as AddressInfo).port;
  });
  const held = join(sim.root('rs1'), '.sim/held');
  await beforeCommand(
    { sim },
    'rs1',
    'systemctl',
    '[ "$1" != start ] || { : > "$LVSFORM_ROOT/.sim/held"; while [ ! -e "$LVSFORM_ROOT/.sim/go" ]; do sleep 0.05; done; }',
  );
  const args = [main, 'apply', '--yes', '--parallelism', '1', ...more, ...by];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  while (
    !(await access(held).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`apply ended with ${child.exitCode}: ${said}`);
    await wait(20);
  }
  return {
    sim,
    child,
    said: () => said,
    cut: () => cables.forEach((cable) => cable.destroy()),
    goOn: () => writeFile(join(sim.root('rs1'), '.sim/go'), ''),
    alone: (...words: string[]) => lvsformProcess([...words, ...reach], { cwd }),
  };
}

for (const transport of transports) {
  test(`${transport}: Ctrl-C reaches the gateway: nothing more is started, what runs ends, and the summary tells both`, async (t) => {
    const { child, said, goOn, alone } = await inTheMidst(t, '--transport', transport);
    // As a terminal does: to all processes of the group.
    process.kill(-child.pid!, 'SIGINT');
    while (!said().includes('nothing more is started')) {
      if (child.exitCode !== null) throw new Error(said());
      await wait(20);
    }
    await goOn();
    const [code]: unknown[] = await once(child, 'close');
    t.is(code, exit.interrupted, said());
    t.regex(said(), /rs1: changed\n/);
    t.regex(said(), /rs2: skipped, since the run was stopped before this was started\n/);
    t.regex((await alone('plan', '--limit', 'rs1')).out, /No changes/);
  });
}

test('the gateway is lost in the midst of an apply: the host ends its transaction, and no other is begun', async (t) => {
  const { sim, child, said, cut, goOn, alone } = await inTheMidst(t);
  cut();
  const [code]: unknown[] = await once(child, 'close');
  t.is(code, exit.unreachable, said());
  t.regex(said(), /the connection to the gateway gate is gone: the connection was lost/);
  t.regex(said(), /each transaction that runs ends committed or undone on its host/);
  await goOn();
  while (!sim.idle()) await wait(20);
  t.regex((await alone('plan', '--limit', 'rs1')).out, /No changes/);
  t.regex((await alone('plan', '--limit', 'rs2')).out, /Plan: \d+ to add/);
});
