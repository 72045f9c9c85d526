import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** OpenSSH servers on the loopback interface of this machine, with keys of their own. Needs root, for the login. */
export interface Sshds {
  readonly folder: string;
  readonly port: (name: string) => number;
  /** The public host key: its type and its text. */
  readonly hostKey: (name: string) => string;
  /** How often each server has let somebody in, since this was asked before. */
  readonly entered: () => Record<string, number>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server for each name, with these options of sshd_config, in which %D is the folder; `prepare` can put more there. In the folder are `login` (accepted by all), `other` (by
 * none), and `known_hosts`; programs in its `bin` come first. Throws where OpenSSH is not installed: `.ci/setup` installs it.
 */
export async function sshds(
  servers: Readonly<Record<string, readonly string[]>>,
  prepare: (folder: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<Sshds> {
  await access('/usr/sbin/sshd').catch(() => {
    throw new Error('this test needs /usr/sbin/sshd: run .ci/setup');
  });
  await run('ssh', ['-V']).catch(() => {
    throw new Error('this test needs ssh, the client of OpenSSH: run .ci/setup');
  });
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-sshd-'));
  const processes: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const each of processes) {
      if (each.exitCode === null && each.kill()) await once(each, 'close');
    }
    await rm(folder, { recursive: true, force: true });
  };
  await mkdir('/run/sshd', { recursive: true });
  await Promise.all(
    ['login', 'other', 'agents', ...Object.keys(servers)].map((name) => keygen(folder, name)),
  );
  const accepted = await Promise.all(
    ['login', 'agents'].map((name) => readFile(join(folder, `${name}.pub`), 'utf8')),
  );
  await writeFile(join(folder, 'authorized_keys'), accepted.join(''), { mode: 0o600 });
  await prepare(folder);
  const found = new Map<string, { port: number; key: string; log: () => string }>();
  for (const [name, options] of Object.entries(servers)) {
    const port = await freePort();
    const { child, log } = await startSshd(
      folder,
      name,
      port,
      options.map((each) => each.replaceAll('%D', folder)),
    );
    processes.push(child);
    const [type, text] = (await readFile(join(folder, `${name}.pub`), 'utf8')).split(' ');
    found.set(name, { port, key: `${type} ${text}`, log });
  }
  const known = [...found.values()].map(({ port, key }) => `[127.0.0.1]:${port} ${key}\n`);
  await writeFile(join(folder, 'known_hosts'), known.join(''));
  let before: Record<string, number> = {};
  return {
    folder,
    stop,
    port: (name) => found.get(name)!.port,
    hostKey: (name) => found.get(name)!.key,
    entered: () => {
      const now = Object.fromEntries(
        [...found].map(([name, { log }]) => [name, log().match(/Accepted publickey/g)?.length ?? 0] as const),
      );
      const since = Object.fromEntries(
        Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]),
      );
      before = now;
      return since;
    },
  };
}

export async function keygen(folder: string, name: string): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startSshd(
  folder: string,
  name: string,
  port: number,
  options: readonly string[],
): Promise<{ child: ChildProcess; log: () => string }> {
  const all = [
    'ListenAddress=127.0.0.1',
    `HostKey=${folder}/${name}`,
    'UsePAM=no',
    'StrictModes=no',
    'UseDNS=no',
    'PermitRootLogin=yes',
    'PasswordAuthentication=no',
    'MaxStartups=100',
    `AuthorizedKeysFile=${folder}/authorized_keys`,
    `PidFile=${folder}/${name}.pid`,
    // A bash that believes to be nested does not read the user's .bashrc.
    `SetEnv=SERVER=${name} SHLVL=3 PATH=${folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    ...options,
  ];
  const child = spawn(
    '/usr/sbin/sshd',
    ['-D', '-e', '-f', '/dev/null', '-p', String(port), ...all.flatMap((each) => ['-o', each])],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (data: Buffer) => (log += data.toString()));
  while (!log.includes('listening')) {
    const [data]: unknown[] = await Promise.race([once(child.stderr, 'data'), once(child, 'close')]);
    if (!Buffer.isBuffer(data)) throw new Error(`sshd ${name} did not start: ${log}`);
  }
  return { child, log: () => log };
}
