import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ssh2, { type Server } from 'ssh2';
import type { Inventory } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import type { Target } from '../port.ts';
import { knownLine, knownName } from '../ssh/known-hosts.ts';
import type { Route } from '../ssh/settings.ts';
import { startServer } from './sshd.ts';
import { makeTree } from './tree.ts';

const bin = dirname(fileURLToPath(import.meta.resolve('#sim-bin/common.sh')));

/** Simulated hosts: directory trees behind real SSH, in this process. Nothing is installed and nobody is root. */
export interface SimulatedHosts {
  /** How sshHosts reaches them. */
  readonly routeOf: (target: Target) => Route;
  /** Runs a shell script on a host as its administrator would, and gives what it printed. */
  readonly shell: (host: string, script: string) => Promise<string>;
  /** A host's tree. */
  readonly root: (host: string) => string;
  /** Takes a host off the network, or brings it back. */
  readonly cut: (host: string, off: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** Starts a simulated host for each managed host of an inventory, and for what else is named. */
export async function simulate(
  inventory: Inventory,
  familyOf: (host: string) => Family = () => 'debian',
): Promise<SimulatedHosts> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-sim-'));
  const login = ssh2.utils.generateKeyPairSync('ed25519');
  const host = ssh2.utils.generateKeyPairSync('ed25519');
  const identity = join(folder, 'id_ed25519');
  await writeFile(identity, login.private, { mode: 0o600 });
  const servers = new Map<string, { server: Server; port: number }>();
  const off = new Set<string>();
  const root = (name: string): string => join(folder, 'hosts', name);
  const path = [
    ...(process.getuid?.() === 0 ? [] : [join(bin, 'user')]),
    bin,
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
  ];
  const environment = (name: string): Record<string, string> => ({
    PATH: path.join(':'),
    LVSFORM_ROOT: root(name),
    LVSFORM_NODE: name,
  });
  const managed = inventory.hosts.filter((each) => each.managed);
  await Promise.all(
    managed.map(async (each) => {
      const addresses = [{ interface: each.interface, cidr: `${each.address}/${each.prefix ?? 24}` }];
      const others = inventory.clusters
        .filter(({ directors }) => directors.some(({ name }) => name === each.name))
        .flatMap(({ vips }) => vips.map((vip) => vip.interface))
        .filter((device) => device !== each.interface)
        .map((device) => ({ interface: device, cidr: '203.0.113.1/24' }));
      await makeTree(root(each.name), {
        name: each.name,
        family: familyOf(each.name),
        addresses: [...addresses, ...others],
      });
      const simulation = { hostKey: host.private, login: login.public };
      servers.set(each.name, await startServer(simulation, () => environment(each.name)));
    }),
  );
  const knownHosts = join(folder, 'known_hosts');
  const publicKey = ssh2.utils.parseKey(host.public);
  if (publicKey instanceof Error) throw publicKey;
  const lines = [...servers.values()].map(({ port }) =>
    knownLine(knownName('127.0.0.1', port), publicKey.getPublicSSH()),
  );
  await writeFile(knownHosts, lines.join(''));
  return {
    routeOf: ({ name }) => ({
      host: '127.0.0.1',
      port: off.has(name) ? 1 : (servers.get(name)?.port ?? 1),
      user: 'root',
      identities: [identity],
      identitiesOnly: true,
      agent: undefined,
      knownHosts: [knownHosts],
      hostKey: 'strict',
      jump: undefined,
    }),
    shell: async (name, script) => {
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script], {
        env: environment(name),
        cwd: root(name),
      });
      return stdout;
    },
    root,
    cut: (name, isOff) => void (isOff ? off.add(name) : off.delete(name)),
    stop: async () => {
      await Promise.all(
        [...servers.values()].map(({ server }) => new Promise((resolve) => server.close(resolve))),
      );
      await rm(folder, { recursive: true, force: true });
    },
  };
}
