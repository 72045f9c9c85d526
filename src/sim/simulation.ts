import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import type { Host, Inventory } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import { isAddress } from '../net/address.ts';
import { digest } from '../net/digest.ts';
import type { Target } from '../port.ts';
import { knownLine, knownName } from '../ssh/known-hosts.ts';
import type { Route } from '../ssh/route.ts';
import { startServer } from './sshd.ts';
import { type BlankHost, makeTree } from './tree.ts';

const bin = dirname(fileURLToPath(import.meta.resolve('#sim-bin/common.sh')));

/** Simulated hosts: directory trees behind real SSH, in this process. Nothing is installed and nobody is root. */
export interface SimulatedHosts {
  /** How sshHosts reaches them. */
  readonly routeOf: (target: Target) => Route;
  /** Runs a shell script on a host as its administrator would, and gives what it printed. */
  readonly shell: (host: string, script: string) => Promise<string>;
  /** A host's tree. */
  readonly root: (host: string) => string;
  /** Gives a host another address: nothing answers at its old one any more. */
  readonly readdress: (host: string, address: string) => void;
  /** Takes a host off the network, or brings it back. */
  readonly cut: (host: string, off: boolean) => void;
  /** True where nobody is connected to a host, and nothing runs there any more. */
  readonly idle: () => boolean;
  readonly stop: () => Promise<void>;
}

/** Starts a simulated host for each managed host of an inventory. */
export async function simulate(
  inventory: Inventory,
  familyOf: (host: string) => Family = () => 'debian',
): Promise<SimulatedHosts> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-sim-'));
  const keys = await makeKeys(folder);
  const servers = new Map<string, Awaited<ReturnType<typeof startServer>>>();
  const off = new Set<string>();
  const lines: string[] = [];
  /** Machines are where their addresses are, whatever an inventory calls them by now. */
  const places = new Map(inventory.hosts.map(({ name, ssh }) => [ssh.host, name] as const));
  const machineAt = ({ name, ssh }: Target): string =>
    places.get(ssh.host) ?? (isAddress(ssh.host) ? `nothing at ${ssh.host}` : name);
  const root = (name: string): string => join(folder, 'hosts', name);
  const start = async (host: Host): Promise<void> => {
    const addresses = addressesOf(inventory, host);
    makeTree(root(host.name), { name: host.name, family: familyOf(host.name), addresses });
    const key = hostKey(host.name);
    const server = await startServer({ hostKey: key.private, login: keys.login }, () =>
      environment(host.name, root(host.name)),
    );
    servers.set(host.name, server);
    lines.push(knownLine(knownName('127.0.0.1', server.port), wireOf(key.public)));
  };
  await Promise.all(inventory.hosts.filter(({ managed }) => managed).map(start));
  await writeFile(keys.knownHosts, lines.join(''));
  return {
    routeOf: (target) => {
      const name = machineAt(target);
      return routeTo(name, off.has(name) ? undefined : servers.get(name)?.port, keys);
    },
    shell: async (name, script) => {
      const env = environment(name, root(name));
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script], { env, cwd: root(name) });
      return stdout;
    },
    root,
    readdress: (name, address) => {
      const [old] = [...places].find(([, each]) => each === name) ?? [];
      if (old !== undefined) places.delete(old);
      places.set(address, name);
    },
    cut: (name, isOff) => {
      if (isOff) {
        off.add(name);
        servers.get(name)?.drop();
      } else off.delete(name);
    },
    idle: () => [...servers.values()].every((each) => each.idle()),
    stop: async () => {
      await Promise.all(
        [...servers.values()].map(({ server }) => new Promise((resolve) => server.close(resolve))),
      );
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The way to a machine, by the port of its server; where there is none, each machine still has a place of its own. */
function routeTo(name: string, port: number | undefined, keys: Keys): Route {
  return {
    host: port === undefined ? silentPlace(name) : '127.0.0.1',
    port: port ?? 1,
    user: 'root',
    identities: [keys.identity],
    identitiesOnly: true,
    agent: undefined,
    knownHosts: [keys.knownHosts],
    hostKey: 'strict',
    jump: undefined,
  };
}

/** An address of the loopback network on which nothing listens. */
function silentPlace(name: string): string {
  const [a, b] = [digest(name).slice(0, 2), digest(name).slice(2, 4)].map((hex) => parseInt(hex, 16));
  return `127.99.${a}.${b}`;
}

interface Keys {
  /** The public key that may log in. */
  readonly login: string;
  readonly identity: string;
  readonly knownHosts: string;
}

/** A pair of keys to log in with, and the file that knows the hosts. */
async function makeKeys(folder: string): Promise<Keys> {
  const login = makeKey();
  const identity = join(folder, 'id_ecdsa');
  await writeFile(identity, login.private, { mode: 0o600 });
  return { login: login.public, identity, knownHosts: join(folder, 'known_hosts') };
}

const hostKeys = new Map<string, ReturnType<typeof makeKey>>();

/** A host has the same key whenever it is simulated in this process, as it has the same machine id. */
function hostKey(name: string): ReturnType<typeof makeKey> {
  const key = hostKeys.get(name) ?? makeKey();
  hostKeys.set(name, key);
  return key;
}

/** Not ed25519: one such key in some two hundred begins with a zero byte, which ssh2 1.17 drops (measured). */
function makeKey(): { public: string; private: string } {
  return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
}

function wireOf(publicKey: string): Buffer {
  const parsed = ssh2.utils.parseKey(publicKey);
  if (parsed instanceof Error) throw parsed;
  return parsed.getPublicSSH();
}

/** What a host's shell finds around it: the stand-ins first, and where its tree is. */
function environment(name: string, root: string): Record<string, string> {
  const unprivileged = process.getuid?.() === 0 ? [] : [join(bin, 'user')];
  // What a host has in .sim/bin comes first: a command of its own that fails, hangs or tells.
  const path = [join(root, '.sim/bin'), ...unprivileged, bin, '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return { PATH: path.join(':'), LVSFORM_ROOT: root, LVSFORM_NODE: name };
}

/** The host's own address, and an address of its own on each further interface that the inventory gives a VIP to. */
function addressesOf({ clusters }: Inventory, host: Host): BlankHost['addresses'] {
  const outer = clusters
    .filter(({ directors }) => directors.some(({ name }) => name === host.name))
    .flatMap(({ vips }) => vips.flatMap((vip) => vip.interface ?? []))
    .filter((device) => device !== host.interface);
  return [
    {
      interface: host.interface,
      cidr: `${host.address}/${host.prefix ?? (host.address.includes(':') ? 64 : 24)}`,
    },
    ...(host.address6 === undefined
      ? []
      : [{ interface: host.interface, cidr: `${host.address6}/${host.prefix6 ?? 64}` }]),
    ...[...new Set(outer)].map((device) => ({ interface: device, cidr: '203.0.113.1/24' })),
  ];
}
