import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { exit } from '../../src/report/exit-statuses.ts';
import { folder, lvsformHere, lvsformProcess, main } from '../support/cli.ts';
import { simulated } from '../support/simulated.ts';
import { dr } from '../support/inventories.ts';

type Stdio = 'pipe' | 'ignore' | number;

function start(args: readonly string[], [out, err]: readonly [Stdio, Stdio]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', out, err] });
}

async function statusOf(child: ChildProcess): Promise<number> {
  const [code]: unknown[] = await once(child, 'close');
  return Number(code);
}

/** What of ours is on a simulated host. */
const ours = 'ls var/lib/lvsform/manifest.json 2>/dev/null || echo none';

test('a reader that goes away ends no work: apply goes on to its end, and its status is the true one', async (t) => {
  const { sim, path, reach } = await simulated(t, dr);
  const onEveryHost = async (): Promise<string[]> =>
    Promise.all(['lb1', 'rs1', 'rs2'].map(async (host) => (await sim.shell(host, ours)).trim()));
  for (const more of [[], ['--json']]) {
    for (const which of ['stdout', 'stderr'] as const) {
      const child = start(['apply', '--yes', '-i', path, ...reach, ...more], ['pipe', 'pipe']);
      // As head -1 does: the first line is read, and the pipe is closed.
      child[which]!.once('data', () => child[which]!.destroy());
      child[which === 'stdout' ? 'stderr' : 'stdout']!.resume();
      t.is(await statusOf(child), exit.done);
      t.true((await onEveryHost()).every((each) => each.endsWith('manifest.json')));
      t.is((await lvsformHere('destroy', '--yes', '-i', path, ...reach)).code, exit.done);
    }
  }
  t.deepEqual(await onEveryHost(), ['none', 'none', 'none']);
});

test('a pipe that nobody reads from the start: plan and apply still say what is true', async (t) => {
  const { sim, path, reach } = await simulated(t, dr);
  const unread = async (...args: string[]): Promise<number> => {
    const child = start([...args, '-i', path, ...reach], ['pipe', 'pipe']);
    child.stdout!.destroy();
    child.stderr!.destroy();
    return statusOf(child);
  };
  t.is(await unread('plan', '--detailed-exitcode'), exit.changes);
  t.is(await unread('plan', '--limit', 'rs7'), exit.failed);
  t.is(await unread('apply', '--yes'), exit.done);
  t.is(await unread('plan', '--detailed-exitcode', '--json'), exit.done);
  await sim.shell('rs2', 'echo 0 > proc/sys/net/ipv4/conf/all/arp_ignore');
  t.is(await unread('verify'), exit.failed);
});

test('the command that applies a saved plan reaches the hosts as they were reached, and works when it is pasted', async (t) => {
  const { sim, path, reach } = await simulated(t, dr);
  const at = await folder(t, {});
  const file = join(at, "the plan's.json");
  const { code, err } = await lvsformHere('plan', '-i', path, ...reach, '--timeout', '20', '-o', file);
  t.is(code, exit.done);
  const [, told] = /apply it with: lvsform (.*)\n/.exec(err)!;
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `printf '%s\\n' ${told!}`]);
  const words = stdout.trim().split('\n');
  t.deepEqual(words, ['apply', file, ...reach, '--timeout', '20']);
  t.is((await lvsformHere(...words)).code, exit.done);
  t.regex(await sim.shell('lb1', 'ipvsadm -Sn'), /172\.16\.100\.7/);
});

test('a full device is a failure, on either stream, with JSON or without; what fails worse keeps its status', async (t) => {
  const { path, reach } = await simulated(t, dr);
  const full = (): number => openSync('/dev/full', 'w');
  for (const more of [[], ['--json']]) {
    const args = ['plan', '-i', path, ...reach, ...more];
    t.is(await statusOf(start(args, [full(), 'ignore'])), exit.failed);
    t.is(await statusOf(start([...args, '--detailed-exitcode'], [full(), 'ignore'])), exit.failed);
    t.is(await statusOf(start([...args, '--port', '1'], [full(), 'ignore'])), exit.unreachable);
    t.is(await statusOf(start(args, ['ignore', 'ignore'])), exit.done);
  }
  t.is(
    await statusOf(start(['apply', '--yes', '--json', '-i', path, ...reach], ['ignore', full()])),
    exit.failed,
  );
  t.is((await lvsformHere('plan', '--detailed-exitcode', '-i', path, ...reach)).code, exit.done);
  const child = start(['--version'], [full(), 'pipe']);
  let told = '';
  child.stderr!.on('data', (data: Buffer) => (told += data.toString()));
  t.is(await statusOf(child), exit.failed);
  t.is(told, 'lvsform: cannot write to standard output: no space left on device\n');
});

test('--detailed-exitcode tells drift also when one host is away', async (t) => {
  const { sim, cwd, path, reach } = await simulated(t, dr);
  const config = join(cwd, 'ssh_config');
  const plan = async (): Promise<number> =>
    (await lvsformHere('plan', '--detailed-exitcode', '-i', path, ...reach)).code;
  t.is((await lvsformHere('apply', '--yes', '-i', path, ...reach)).code, exit.done);
  t.is(await plan(), exit.done);
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace(/(Host rs1\n.*\n +Port) \d+/, '$1 1'));
  t.is(await plan(), exit.unreachable);
  await sim.shell('rs2', 'echo 0 > proc/sys/net/ipv4/conf/all/arp_ignore');
  t.is(await plan(), exit.changes);
});

test('--forget strikes a host off that has left, once', async (t) => {
  const { cwd, path, reach } = await simulated(t, dr);
  t.is((await lvsformHere('apply', '--yes', '-i', path, ...reach)).code, exit.done);
  await writeFile(`${cwd}/less.yaml`, dr.replace(/ +rs2: .*\n/, ''));
  // It is gone: nothing answers there.
  const config = join(cwd, 'ssh_config');
  await writeFile(config, (await readFile(config, 'utf8')).replace(/(Host rs2\n.*\n +Port) \d+/, '$1 1'));
  const forget = (): Promise<{ code: number; err: string }> =>
    lvsformHere('apply', '--yes', '--force', '-i', `${cwd}/less.yaml`, ...reach, '--forget', 'rs2');
  t.is((await forget()).code, exit.done);
  t.like(await forget(), {
    code: exit.failed,
    err: 'lvsform: --forget rs2: no host that was read knows of it\n    leave the option out: the host is forgotten already, or it has another name\n',
  });
});

test('what the process prints steers no terminal, on either stream, as text and as JSON', async (t) => {
  const bad = 'dr\\e[2J\\x9b31m\\u202e\\e]0;title\\a';
  const cwd = await folder(t, { 'inventory.yaml': dr.replace('mode: dr', `mode: "${bad}"`) });
  const file = '\x1b[2J\u009b.json';
  // oxlint-disable-next-line no-control-regex -- these must not be there
  const steering = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/;
  for (const line of [
    ['validate'],
    ['validate', '--json'],
    ['plan'],
    ['show', file],
    ['show', file, '--json'],
    [file],
  ]) {
    const { code, out, err } = await lvsformProcess(line, { cwd });
    t.is(code, exit.failed);
    t.notRegex(out + err, steering, line.join(' '));
  }
  const { out } = await lvsformProcess(['show', file, '--json'], { cwd });
  t.is(
    (JSON.parse(out) as { message: string }).message,
    `cannot read the plan ${file}: no such file or directory`,
  );
});
