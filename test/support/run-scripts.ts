import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTree } from '../../src/sim/tree.ts';

const bin = dirname(fileURLToPath(import.meta.resolve('#sim-bin/common.sh')));

/** Commands of the scripts that no stand-in of the simulated hosts has; they do nothing. */
const idle = ['rsync', 'ntpdate', 'flock', 'curl', 'ping', 'timeout', 'ifconfig', 'route', 'nft', 'iptables'];

/**
 * Runs a script of a host, or the commands of a crontab, in a tree of its own: start, status and stop, by sh. True
 * where a file PWNED has appeared anywhere.
 */
export async function isPwned(path: string, content: string): Promise<boolean> {
  const scratch = await mkdtemp(join(tmpdir(), 'lvsform-hostile-'));
  try {
    const root = join(scratch, 'root');
    const addresses = [
      { interface: 'eth0', cidr: '10.1.0.2/24' },
      { interface: 'eth1', cidr: '10.3.0.2/24' },
    ];
    makeTree(root, { name: 'lb1', family: 'debian', addresses });
    for (const name of ['idle', 'work']) await mkdir(join(scratch, name));
    for (const name of idle)
      await writeFile(join(scratch, 'idle', name), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    await writeFile(join(scratch, 'idle', 'mountpoint'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const file = join(scratch, 'script');
    await writeFile(file, placed(path, content, root));
    const verbs =
      path.startsWith('/etc/cron.d/') || path.includes('monitor') ? [''] : ['start', 'status', 'stop'];
    for (const verb of verbs) await run(file, verb, root, scratch);
    const names = await readdir(scratch, { recursive: true });
    return names.some((name) => name.endsWith('PWNED'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The script with its absolute paths in the tree. Of the monitor, its services with each check made once. */
function placed(path: string, content: string, root: string): string {
  const inTree = (text: string): string =>
    text.replace(/(?<![\w.])\/(proc|var|run|srv|etc)(?=\/)/g, `${root}/$1`);
  if (path.startsWith('/etc/cron.d/')) return inTree(cronCommands(content));
  if (!path.includes('lvs-monitor')) return inTree(content);
  const functions = content.slice(0, content.lastIndexOf('case $1 in'));
  const services = [...content.matchAll(/^(service_\d+)\(\)/gm)].map(([, name]) => name);
  return `${inTree(functions)}\nmake() { :; }\nwatch() { shift 3; "$@"; }\n${services.join('\n')}\n`;
}

/** As cron(8) hands them to sh: after the user, a bare % ends the command, and \% is a percent sign. */
function cronCommands(content: string): string {
  const lines = content.split('\n').filter((line) => /^[*\d]/.test(line));
  return lines
    .map((line) => line.split(' ').slice(6).join(' '))
    .map((command) => command.replace(/(?<!\\)%[^]*/, '').replaceAll('\\%', '%'))
    .join('\n');
}

function run(file: string, verb: string, root: string, scratch: string): Promise<void> {
  const path = [join(scratch, 'idle'), bin, '/usr/bin', '/bin'].join(':');
  return new Promise((resolve) => {
    execFile(
      '/bin/sh',
      [file, verb],
      {
        cwd: join(scratch, 'work'),
        env: { PATH: path, LVSFORM_ROOT: root, LVSFORM_NODE: 'lb1' },
        timeout: 20_000,
      },
      () => resolve(),
    );
  });
}
