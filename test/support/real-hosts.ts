import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { Route } from '../../src/ssh/route.ts';

const run = promisify(execFile);
const standIns = fileURLToPath(new URL('../../../src/sim/bin', import.meta.url));

export interface RealHost {
  readonly name: string;
  /** Interfaces with their addresses. */
  readonly interfaces: Readonly<Record<string, string>>;
  /** Commands run once inside, as root, before sshd answers. */
  readonly prepare?: string;
  /** What /bin/sh is: dash (Debian's) or bash (RHEL's). */
  readonly shell?: 'dash' | 'bash';
}

/** OpenSSH servers, each in a mount and network namespace with an overlay over `/`. Needs root. */
export interface RealHosts {
  readonly route: (host: string, more?: Partial<Route>) => Route;
  /** Runs a script inside a host, not over SSH. */
  readonly inside: (host: string, script: string) => Promise<string>;
  readonly folder: string;
}

/**
 * Starts hosts with real sshd, sh, ip and sysctl. What the machine's kernel lacks, or what needs a running systemd,
 * is stood in for: ipvsadm, modprobe, systemctl and apt-get. They end with the test.
 */
export async function realHosts(t: ExecutionContext, hosts: readonly RealHost[]): Promise<RealHosts> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-real-'));
  const key = async (name: string): Promise<string> => {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    return readFile(join(folder, `${name}.pub`), 'utf8');
  };
  const [login, hostKey] = await Promise.all([key('login'), key('host')]);
  await mkdir('/run/sshd', { recursive: true });
  const machines = new Map<string, { holder: ChildProcess; root: string; server: net.Server }>();
  t.teardown(async () => {
    for (const { holder, server } of machines.values()) {
      server.close();
      if (holder.exitCode === null) {
        holder.kill('SIGKILL');
        await once(holder, 'close');
      }
    }
    await rm(folder, { recursive: true, force: true });
  });
  for (const host of hosts) machines.set(host.name, await boot(folder, host, login));
  const port = (name: string): number => (machines.get(name)!.server.address() as AddressInfo).port;
  const lines = hosts.map(({ name }) => `[127.0.0.1]:${port(name)} ${hostKey}`);
  await writeFile(join(folder, 'known_hosts'), lines.join(''));
  return {
    folder,
    route: (name, more) => ({
      host: '127.0.0.1',
      port: port(name),
      user: 'root',
      identities: [join(folder, 'login')],
      identitiesOnly: true,
      agent: undefined,
      knownHosts: [join(folder, 'known_hosts')],
      hostKey: 'strict',
      jump: undefined,
      ...more,
    }),
    inside: async (name, script) => {
      const { holder, root } = machines.get(name)!;
      const { stdout } = await run('nsenter', [...into(holder, root), '/bin/sh', '-c', script]);
      return stdout;
    },
  };
}

/** The words of nsenter that lead into a host. */
function into(holder: ChildProcess, root: string): string[] {
  return ['-t', String(holder.pid), '-m', '-n', '-u', '--', 'chroot', root];
}

async function boot(
  folder: string,
  { name, interfaces, prepare, shell = 'dash' }: RealHost,
  login: string,
): Promise<{ holder: ChildProcess; root: string; server: net.Server }> {
  const base = join(folder, name);
  const root = join(base, 'root');
  await mkdir(root, { recursive: true });
  const links = Object.entries(interfaces).map(
    ([device, cidr], index) =>
      `ip link add ${device} type veth peer name peer${index}; ip addr add ${cidr} brd + dev ${device}; ip link set ${device} up; ip link set peer${index} up`,
  );
  const holder = spawn(
    'unshare',
    [
      '-m',
      '-n',
      '-u',
      '--propagation',
      'private',
      'sh',
      '-euc',
      bootScript(base, root, name, shell, links, prepare),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [said]: unknown[] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')]);
  if (!Buffer.isBuffer(said)) throw new Error(`the host ${name} did not start`);
  const enter = (script: string): Promise<unknown> =>
    run('nsenter', [...into(holder, root), '/bin/sh', '-c', script]);
  await enter('mkdir -p -m 700 /root/.ssh /opt/lvsform-bin /opt/lvsform-ssh');
  const place = async (from: string, to: string, mode: number): Promise<void> => {
    await enter(
      `cat > ${to} <<'THE-END'\n${await readFile(from, 'utf8')}\nTHE-END\nchmod ${mode.toString(8)} ${to}`,
    );
  };
  for (const each of [
    'common.sh',
    'packages.sh',
    'engines.sh',
    'ipvsadm',
    'ipvsadm.awk',
    'modprobe',
    'systemctl',
    'apt-get',
    'dpkg',
    'dpkg-query',
    'arping',
  ]) {
    await place(join(standIns, each), `/opt/lvsform-bin/${each}`, 0o755);
  }
  await place(join(folder, 'host'), '/opt/lvsform-ssh/host', 0o600);
  await enter(`printf '%s' '${login}' > /root/.ssh/authorized_keys; chmod 600 /root/.ssh/authorized_keys
    mkdir -p /.sim/units /.sim/packages; : > /.sim/table; : > /.sim/thresholds
    cat > /opt/lvsform-ssh/config <<'THE-END'
HostKey /opt/lvsform-ssh/host
PermitRootLogin yes
PasswordAuthentication no
UsePAM no
UseDNS no
StrictModes no
SetEnv PATH=/opt/lvsform-bin:/usr/sbin:/usr/bin:/sbin:/bin LVSFORM_ROOT=/
THE-END`);
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    const sshd = spawn(
      'nsenter',
      [...into(holder, root), '/usr/sbin/sshd', '-i', '-f', '/opt/lvsform-ssh/config'],
      {
        stdio: [socket, socket, 'ignore'],
      },
    );
    sshd.once('spawn', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { holder, root, server };
}

function bootScript(
  base: string,
  root: string,
  name: string,
  shell: 'dash' | 'bash',
  links: readonly string[],
  prepare: string | undefined,
): string {
  return `
mount -t tmpfs -o mode=755 none ${base}
mkdir ${base}/upper ${base}/work ${root}
mount -t overlay -o lowerdir=/,upperdir=${base}/upper,workdir=${base}/work none ${root}
mount -t proc none ${root}/proc
mount -t sysfs none ${root}/sys
mount -t tmpfs none ${root}/sys/module
mount --rbind /dev ${root}/dev
mount -t tmpfs none ${root}/run
mkdir ${root}/run/sshd
hostname ${name}
ip link set lo up
${links.join('\n')}
ln -sf ${shell} ${root}/bin/sh
rm -rf ${root}/var/lib/lvsform
# As users have it: a shell that talks before it is asked.
echo 'echo welcome to ${name}' > ${root}/root/.bashrc
rm -f ${root}/root/.profile ${root}/root/.bash_profile
printf '127.0.0.1 localhost\\n' > ${root}/etc/hosts
chroot ${root} /bin/sh -euc ${quoteForShell(prepare ?? ':')}
echo ready
exec sleep 3600`;
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
