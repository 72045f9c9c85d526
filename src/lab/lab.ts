import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Inventory } from '../model/cluster.ts';
import { UserError } from '../user-error.ts';
import { acceleratorOf } from './accelerator.ts';
import { bootMachine } from './booting.ts';
import { guestFiles, type LabKeys, managementAddress } from './guest.ts';
import { type Image, imageOf, isCached } from './image.ts';
import { writeInitramfs } from './initramfs.ts';
import { makeKeys } from './keys.ts';
import { NoTopology } from './networks.ts';
import { order } from './orders.ts';
import * as qemu from './qemu.ts';
import { recipeOf } from './recipe.ts';
import { claim, type Lab, publish, removeLab, sshConfig } from './store.ts';
import { imageTools, machineTools, needTools } from './tools.ts';
import { type Topology, topologyOf } from './topology.ts';

/** The progress of a lab that is being built and booted. */
export type Progress =
  | { readonly is: 'image' }
  | { readonly is: 'machine'; readonly accelerator: qemu.Accelerator; readonly memory: number }
  | { readonly is: 'host'; readonly host: string; readonly up: number; readonly of: number }
  | { readonly is: 'silent'; readonly evidence: string }
  | { readonly is: 'snapshot' };

export interface LabRequest {
  readonly name: string;
  readonly inventory: Inventory;
  /** The path of the inventory. */
  readonly path: string;
  readonly bare: boolean;
}

/**
 * Builds and boots the blank machines of an inventory, and keeps a snapshot of them. A lab that fails leaves only the image
 * behind. Throws UserError.
 */
export async function raiseLab(request: LabRequest, tell: (progress: Progress) => void): Promise<Lab> {
  const cached = await isCached(recipeOf(request));
  await needTools(cached ? machineTools : [...machineTools, ...imageTools]);
  const topology = topologyFor(request.inventory);
  const folder = await claim(request.name);
  let started: qemu.ProcessId | undefined;
  const clean = async (): Promise<void> =>
    removeLab({ folder, qemu: started ?? { pid: 0, started: 'never' } });
  let stopping = false;
  const stop = (): void => {
    if (!stopping) void clean().then(() => process.exit(130));
    stopping = true;
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    return await boot(request, topology, folder, tell, (id) => (started = id));
  } catch (error) {
    // A failure that comes from ending the machine is not reported.
    if (stopping) await new Promise(() => {});
    await clean();
    throw error;
  } finally {
    for (const signal of signals) process.removeListener(signal, stop);
  }
}

/** The files from which a machine is booted. */
interface Ready {
  readonly image: Image;
  /** Seconds that the build took; undefined if the image was in the cache. */
  readonly built: number | undefined;
  readonly keys: LabKeys;
  readonly initramfs: string;
}

async function makeReady(
  { inventory, bare }: LabRequest,
  topology: Topology,
  folder: string,
  tell: (progress: Progress) => void,
): Promise<Ready> {
  let begun: number | undefined;
  const image = await imageOf(recipeOf({ bare }), () => {
    begun = Date.now();
    tell({ is: 'image' });
  });
  const built = begun === undefined ? undefined : (Date.now() - begun) / 1000;
  const names = topology.machines.map(({ name }) => name);
  const keys = await makeKeys(folder, names);
  const initramfs = join(folder, 'initramfs');
  await writeInitramfs(initramfs, image.initramfs, guestFiles(topology, inventory, keys));
  return { image, built, keys, initramfs };
}

async function boot(
  request: LabRequest,
  topology: Topology,
  folder: string,
  tell: (progress: Progress) => void,
  hold: (id: qemu.ProcessId) => void,
): Promise<Lab> {
  const { image, built, keys, initramfs } = await makeReady(request, topology, folder, tell);
  const { machines, networks } = topology;
  const accelerator = await acceleratorOf(image.kernel, initramfs);
  const memory = 768 + 160 * machines.length;
  const reach = machines.map((_, index) => managementAddress(topology, index));
  tell({ is: 'machine', accelerator, memory });
  const createdAt = new Date().toISOString();
  const spec: qemu.MachineSpec = {
    folder,
    kernel: image.kernel,
    initramfs,
    disk: image.disk,
    accelerator,
    memory,
    processors: await qemu.processorsFor(accelerator, Math.min(availableParallelism(), machines.length, 8)),
    network: topology.management,
    reach,
  };
  const { id, times } = await bootMachine(spec, {
    started: hold,
    up: (host, up) => tell({ is: 'host', host, up, of: machines.length }),
    silent: (evidence) => tell({ is: 'silent', evidence }),
  });
  const ports = await qemu.forwardedPorts(folder);
  tell({ is: 'snapshot' });
  await qemu.saveSnapshot(folder);
  const lab: Lab = {
    version: 1,
    name: request.name,
    folder,
    inventory: resolve(request.path),
    bare: request.bare,
    accelerator,
    qemu: id,
    createdAt,
    networks,
    machines: machines.map((machine, index) => ({ ...machine, port: ports.get(reach[index]!)! })),
    times: { image: built, ...times },
  };
  await writeAccess(lab, keys);
  await publish(lab);
  return lab;
}

function topologyFor(inventory: Inventory): Topology {
  try {
    return topologyOf(inventory);
  } catch (error) {
    if (error instanceof NoTopology) throw new UserError(error.message, { cause: error });
    throw error;
  }
}

/** Writes ssh_config and known_hosts, with which ssh reaches the machines by their names. */
async function writeAccess(lab: Lab, { hosts }: LabKeys): Promise<void> {
  const { folder, machines } = lab;
  const known = machines.map(({ name, port }) => `[127.0.0.1]:${port} ${hosts.get(name)!.public}`);
  await writeFile(join(folder, 'known_hosts'), known.join(''));
  const places = machines.map(({ name, port }) => `Host ${name}\n  Port ${port}\n`);
  const common = `Host ${machines.map(({ name }) => name).join(' ')}
  HostName 127.0.0.1
  User root
  IdentityFile ${join(folder, 'key')}
  IdentitiesOnly yes
  UserKnownHostsFile ${join(folder, 'known_hosts')}
  StrictHostKeyChecking yes
`;
  await writeFile(sshConfig(lab), `${places.join('')}${common}`);
}

/** Makes all machines blank again, as they were when the lab came up. Returns the seconds that it took. */
export async function resetLab({ folder }: Lab): Promise<number> {
  const begun = Date.now();
  await qemu.loadSnapshot(folder);
  await order(folder, ['clock', (Date.now() / 1000).toFixed(3)]);
  return (Date.now() - begun) / 1000;
}
