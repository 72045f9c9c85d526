import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import { makeTree } from '../src/sim/tree.ts';
import { type Folder, withFolder } from './folder.ts';
import { inventoryOf } from './inventory.ts';
import type { Program } from './lvsform.ts';
import { run } from './process.ts';

const binaries = dirname(fileURLToPath(import.meta.resolve('#sim-bin/common.sh')));

/** Hosts as both sides of a comparison reach them. */
export interface Reached {
  /** A folder for what belongs to this run. */
  readonly folder: string;
  readonly inventory: string;
  /** The ssh_config by which both sides reach the hosts; `port` is another one, of a proxy before them. */
  readonly config: (port?: number) => Promise<string>;
  /** The lvsform that is measured; if left out, the modules of the checkout. */
  readonly program?: Program;
}

/** Blank hosts behind one real sshd: an address of the loopback network and a directory tree for each. */
export interface BenchHosts extends Reached {
  readonly names: readonly string[];
  readonly port: number;
  readonly addressOf: (name: string) => string;
  readonly root: (name: string) => string;
  /** Makes every host blank again. */
  readonly blank: () => Promise<void>;
  /** Writes a file into the folder, and gives its path. */
  readonly write: Folder['write'];
}

/** The comparison needs root, since sshd logs in as root, and OpenSSH's programs. */
export function canServe(): boolean {
  return process.getuid?.() === 0;
}

export const needsRoot = 'Not run: this section needs root.';

/** Starts hosts for each managed host of an inventory, and stops and removes them after the work. */
export async function withHosts<T>(text: string, work: (hosts: BenchHosts) => Promise<T>): Promise<T> {
  const port = 30_000 + (process.pid % 20_000);
  return withFolder(async (folder) => {
    const hosts = await hostsIn(folder, text, port);
    await hosts.blank();
    const sshd = await startSshd(folder.path, hosts, port);
    try {
      return await work(hosts);
    } finally {
      sshd.kill();
      await once(sshd, 'close');
    }
  });
}

async function hostsIn({ path: folder, write }: Folder, text: string, port: number): Promise<BenchHosts> {
  const managed = inventoryOf(text).hosts.filter((each) => each.managed);
  const places = new Map(
    managed.map(({ name }, index) => [name, `127.1.${Math.floor(index / 250)}.${1 + (index % 250)}`]),
  );
  const root = (name: string): string => join(folder, 'roots', name);
  const blocks = [...places].map(([name, address]) => `Host ${name}\n  HostName ${address}\n`).join('');
  return {
    folder,
    names: [...places.keys()],
    inventory: await write('inventory.yaml', text),
    config: async (at = port) => {
      const key = await readFile(join(folder, 'host.pub'), 'utf8');
      const known = [...places.values()].map((address) => `[${address}]:${at} ${key}`);
      const file = await write(`known_hosts.${at}`, known.join(''));
      return write(`ssh_config.${at}`, `${blocks}${settings(folder, file, at)}`);
    },
    port,
    addressOf: (name) => places.get(name)!,
    root,
    blank: async () => {
      await rm(join(folder, 'roots'), { recursive: true, force: true });
      await pLimit(5).map(managed, async ({ name, address, prefix = 24 }) =>
        makeTree(root(name), {
          name,
          family: 'debian',
          addresses: [{ interface: 'eth0', cidr: `${address}/${prefix}` }],
        }),
      );
    },
    write,
  };
}

/** The fastest usual settings, for both sides. */
function settings(folder: string, knownHosts: string, port: number): string {
  return `Host *
  User root
  Port ${port}
  IdentityFile ${folder}/login
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts}
  KexAlgorithms curve25519-sha256
  HostKeyAlgorithms ssh-ed25519
  PreferredAuthentications publickey
  GSSAPIAuthentication no
  LogLevel ERROR
`;
}

async function startSshd(folder: string, hosts: BenchHosts, port: number): Promise<ReturnType<typeof spawn>> {
  await mkdir('/run/sshd', { recursive: true });
  for (const key of ['login', 'host'])
    await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  const wrapper = await hosts.write('wrapper', wrapperOf(hosts));
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
  const words = [
    '-D',
    '-e',
    '-f',
    '/dev/null',
    '-p',
    String(port),
    ...options.flatMap((each) => ['-o', each]),
  ];
  const sshd = spawn('/usr/sbin/sshd', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said] = (await once(sshd.stderr, 'data')) as [Buffer];
  if (!said.toString().includes('listening')) throw new Error(`sshd: ${said.toString()}`);
  sshd.stderr.resume();
  return sshd;
}

/** What a login runs: the command, in the tree that belongs to the address that was connected to. */
function wrapperOf({ names, addressOf, root }: BenchHosts): string {
  const table = names.map((name) => `${addressOf(name)}) r='${root(name)}' n=${name} ;;`).join('\n');
  return `set -- $SSH_CONNECTION
case $3 in
${table}
esac
export LVSFORM_ROOT="$r" LVSFORM_NODE="$n" PATH='${binaries}:/usr/sbin:/usr/bin:/sbin:/bin'
exec sh -c "$SSH_ORIGINAL_COMMAND"
`;
}
