import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../disk/documents.ts';
import { UserError } from '../user-error.ts';
import { labsFolder } from './places.ts';
import { type Accelerator, endMachine, isRunning, type ProcessId, quit } from './qemu.ts';
import type { Target } from '../port.ts';
import type { Machine } from './topology.ts';

/** A lab that is up. */
export interface Lab {
  readonly version: 1;
  readonly name: string;
  readonly folder: string;
  /** The whole path of the inventory. */
  readonly inventory: string;
  readonly bare: boolean;
  readonly accelerator: Accelerator;
  readonly qemu: ProcessId;
  readonly createdAt: string;
  readonly networks: readonly string[];
  readonly machines: readonly (Machine & { readonly port: number })[];
  /** Seconds. `kernel` is the time until the guest's kernel was up: a measure of how fast this machine is. */
  readonly times: { readonly image: number | undefined; readonly kernel: number; readonly boot: number };
}

const document = 'lab.json';
export const sshConfig = (lab: { readonly folder: string }): string => join(lab.folder, 'ssh_config');

/** Claims the name for a new lab, and removes the remains of a dead one. Throws a UserError if the lab is up, or being made. */
export async function claim(name: string): Promise<string> {
  const folder = join(labsFolder(), name);
  if (folder.length > 80) {
    throw new UserError(
      `${folder} is too long a path for the lab's sockets: set XDG_STATE_HOME to a shorter one`,
    );
  }
  await mkdir(labsFolder(), { recursive: true, mode: 0o700 });
  // The folder appears with its maker in it, so that no other process takes it for remains.
  const staged = join(labsFolder(), `.${process.pid}`);
  await mkdir(staged, { mode: 0o700 });
  await writeWhole(join(staged, 'maker'), String(process.pid));
  try {
    while (!(await renameNew(staged, folder))) await clearRemains(name, folder);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  return folder;
}

/** Renames; false if `to` exists. */
async function renameNew(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return false;
    throw error;
  }
}

/** Removes what a lab has left that did not end properly. Throws a UserError if it is up, or being made. */
async function clearRemains(name: string, folder: string): Promise<void> {
  const maker = await makerOf(folder);
  if (maker !== undefined) throw new UserError(`the lab ${name} is being made by process ${maker}`);
  if ((await readLab(name)) !== undefined) throw new UserError(`the lab ${name} is up already`);
  await quit(folder);
  await rm(folder, { recursive: true, force: true });
}

async function makerOf(folder: string): Promise<number | undefined> {
  const pid = Number(await readFile(join(folder, 'maker'), 'utf8').catch(() => '0'));
  if (pid === 0) return undefined;
  const alive = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return alive === undefined ? undefined : pid;
}

/** Marks the lab as up. */
export async function publish(lab: Lab): Promise<void> {
  await writeWhole(join(lab.folder, document), `${JSON.stringify(lab, null, 2)}\n`, 0o600);
  await rm(join(lab.folder, 'maker'), { force: true });
}

/** A lab that is up; undefined if there is none of this name, or its machine is gone. */
export async function readLab(name: string): Promise<Lab | undefined> {
  const text = await readFile(join(labsFolder(), name, document), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lab = JSON.parse(text) as Lab;
  return (await isRunning(lab.qemu)) ? lab : undefined;
}

/**
 * The name of the machine for a host: the one with the host's address, so that a renamed host is still the same machine.
 * Otherwise the one with its name, since the real host may be reached by an address (a management address, a gateway's port)
 * that the lab does not have. Undefined if there is neither.
 */
export function machineOf({ machines }: Pick<Lab, 'machines'>, { name, ssh }: Target): string | undefined {
  const direct = ssh.port === undefined || ssh.port === 22;
  const atAddress = direct
    ? machines.find(({ links }) => links.some((link) => !link.invented && link.address === ssh.host))
    : undefined;
  return (atAddress ?? machines.find((machine) => machine.name === name))?.name;
}

export async function allLabs(): Promise<Lab[]> {
  const names = await readdir(labsFolder()).catch(() => []);
  const labs = await Promise.all(names.map(readLab));
  return labs.filter((lab) => lab !== undefined);
}

/** Ends a lab and removes everything of it. */
export async function removeLab({ folder, qemu }: Pick<Lab, 'folder' | 'qemu'>): Promise<void> {
  await endMachine(folder, qemu);
  await rm(folder, { recursive: true, force: true });
}
