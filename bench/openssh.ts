import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inventory } from '../src/model/cluster.ts';
import type { Route } from '../src/ssh/settings.ts';

/**
 * One OpenSSH server on many loopback addresses, each of which leads to a host's tree of its own: what lvsform and
 * OpenSSH's client are measured against. Needs root.
 */
export async function startSshd(
  folder: string,
  roots: ReadonlyMap<string, string>,
  binaries: string,
): Promise<{ routes: Map<string, Route>; stop: () => Promise<void>; config: string }> {
  await mkdir('/run/sshd', { recursive: true });
  const keygen = async (name: string): Promise<void> => {
    const child = spawn('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    await once(child, 'close');
  };
  await Promise.all([keygen('login'), keygen('host')]);
  const port = 30_000 + (process.pid % 20_000);
  const addresses = new Map(
    [...roots.keys()].map((name, index) => [name, `127.1.${Math.floor(index / 250)}.${1 + (index % 250)}`]),
  );
  await mkdir(join(folder, 'roots'));
  const wrapper = join(folder, 'wrapper');
  const table = [...addresses].map(([name, address]) => `${address}) r='${roots.get(name)}' ;;`).join('\n');
  await writeFile(
    wrapper,
    `set -- $SSH_CONNECTION\ncase $3 in\n${table}\nesac\nexport LVSFORM_ROOT="$r" LVSFORM_NODE=bench PATH='${binaries}:/usr/sbin:/usr/bin:/sbin:/bin'\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n`,
  );
  const options = [
    'ListenAddress=0.0.0.0',
    `HostKey=${folder}/host`,
    'MaxStartups=1000',
    'MaxSessions=1000',
    'UsePAM=no',
    'StrictModes=no',
    'UseDNS=no',
    `AuthorizedKeysFile=${folder}/login.pub`,
    'PermitRootLogin=yes',
    `PidFile=${folder}/pid`,
    // A bash that believes to be nested does not read the user's .bashrc, which would be measured along.
    'SetEnv=SHLVL=3',
    `ForceCommand=exec sh ${wrapper}`,
  ];
  const sshd = spawn(
    '/usr/sbin/sshd',
    ['-D', '-e', '-f', '/dev/null', '-p', String(port), ...options.flatMap((each) => ['-o', each])],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await once(sshd.stderr, 'data');
  const hostKey = await readFile(join(folder, 'host.pub'), 'utf8');
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(
    knownHosts,
    [...addresses.values()].map((address) => `[${address}]:${port} ${hostKey}`).join(''),
  );
  const config = join(folder, 'ssh_config');
  await writeFile(
    config,
    `Host *\n  User root\n  Port ${port}\n  IdentityFile ${folder}/login\n  IdentitiesOnly yes\n  UserKnownHostsFile ${knownHosts}\n  KexAlgorithms curve25519-sha256\n  HostKeyAlgorithms ssh-ed25519\n  PreferredAuthentications publickey\n  GSSAPIAuthentication no\n  LogLevel ERROR\n${[...addresses].map(([name, address]) => `Host ${name}\n  HostName ${address}\n`).join('')}`,
  );
  const routes = new Map(
    [...addresses].map(([name, host]): [string, Route] => [
      name,
      {
        host,
        port,
        user: 'root',
        identities: [join(folder, 'login')],
        identitiesOnly: true,
        agent: undefined,
        knownHosts: [knownHosts],
        hostKey: 'strict',
        jump: undefined,
      },
    ]),
  );
  return {
    routes,
    config,
    stop: async () => {
      sshd.kill();
      await once(sshd, 'close');
    },
  };
}

/** Seconds that OpenSSH's client takes to run one script on each host, so many at a time. */
export async function opensshRun(
  config: string,
  scripts: ReadonlyMap<string, string>,
  parallelism: number,
): Promise<number> {
  const start = performance.now();
  const queue = [...scripts];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, script] = next;
      const ssh = spawn('ssh', ['-F', config, name, 'sh'], { stdio: ['pipe', 'pipe', 'inherit'] });
      let size = 0;
      ssh.stdout.on('data', (data: Buffer) => (size += data.length));
      ssh.stdin.end(script);
      const [code] = (await once(ssh, 'close')) as [number];
      if (code !== 0 || size === 0) throw new Error(`ssh ${name} ended with ${code}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelism, queue.length) }, worker));
  return (performance.now() - start) / 1000;
}

/** By hand: the same reads as a plan's, in one script. */
export function readsByHand(director: boolean): string {
  const files = director
    ? 'etc/modules-load.d/lvsform.conf etc/ipvsadm.rules etc/sysctl.d/60-lvs-director.conf usr/local/sbin/lvs-director etc/systemd/system/lvs-director.service'
    : 'etc/sysctl.d/60-lvs-realserver.conf usr/local/sbin/lvs-realserver etc/systemd/system/lvs-realserver.service';
  return `cd "$LVSFORM_ROOT"
exec 2>/dev/null
uname -n; id -u; date +%s; cat etc/debian_version etc/os-release var/lib/lvsform/manifest.json
stat -c '%F %a %U %G %n' ${files}; sha256sum ${files}
grep '' /dev/null proc/sys/net/ipv4/conf/*/arp_ignore proc/sys/net/ipv4/conf/*/send_redirects
ip -o -4 addr show; ip -4 route show table all
${director ? 'dpkg-query -W -f x ipvsadm; ipvsadm -Sn; ipvsadm -Ln --thresholds; systemctl show -p Id lvs-director.service' : 'systemctl show -p Id lvs-realserver.service'}
:
`;
}

/** By hand: the same writes as a first apply's, in one script, from the documents that were rendered. */
export function writesByHand(
  documents: readonly { path: string; content: string; mode: string }[],
  live: string,
): string {
  const writes = documents.map(
    ({ path, content, mode }) =>
      `mkdir -p "$(dirname .${path})"; cat > .${path}.new <<'THE-END'\n${content}THE-END\nchmod ${mode} .${path}.new && mv .${path}.new .${path}`,
  );
  return `cd "$LVSFORM_ROOT"\n${writes.join('\n')}\nsync\n${live}\necho done\n`;
}

/** Which hosts an inventory's documents and live settings go to, by hand. */
export function liveByHand(inventory: Inventory, name: string): string {
  const [cluster] = inventory.clusters;
  const vip = cluster!.vips[0]!.address;
  if (!cluster!.directors.some((director) => director.name === name)) {
    return `for c in all lo eth0; do echo 1 > proc/sys/net/ipv4/conf/$c/arp_ignore; echo 2 > proc/sys/net/ipv4/conf/$c/arp_announce; done
ip addr add ${vip}/32 brd ${vip} dev lo label lo:0; ip route replace ${vip} dev lo; systemctl daemon-reload; systemctl -q enable lvs-realserver.service; systemctl start lvs-realserver.service`;
  }
  const table = cluster!.services.flatMap(({ destinations, scheduler }) => [
    `ipvsadm -A -t ${vip}:80 -s ${scheduler}`,
    ...destinations.map(
      ({ address, port, weight }) => `ipvsadm -a -t ${vip}:80 -r ${address}:${port} -g -w ${weight}`,
    ),
  ]);
  return `modprobe ip_vs; modprobe ip_vs_wlc; for c in all default eth0; do echo 0 > proc/sys/net/ipv4/conf/$c/send_redirects; done
apt-get -y install ipvsadm; ${table.join('\n')}
ip addr add ${vip}/32 brd ${vip} dev eth0 label eth0:0; ip route replace ${vip} dev eth0; systemctl daemon-reload; systemctl -q enable lvs-director.service; systemctl start lvs-director.service`;
}
