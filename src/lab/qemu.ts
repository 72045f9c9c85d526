import { readFile, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../user-error.ts';
import { isMissing } from './places.ts';
import { Monitor } from './monitor.ts';
import { execute, logged } from './tools.ts';

export type Accelerator = 'kvm' | 'tcg';

/** A process, with what tells it from a later one of the same number. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks from the machine's boot to the process's start (field 22 of /proc/PID/stat). */
  readonly started: string;
}

export interface MachineSpec {
  /** The folder of its files: console, monitor, orders, snapshot. */
  readonly folder: string;
  readonly kernel: string;
  readonly initramfs: string;
  readonly disk: string;
  readonly accelerator: Accelerator;
  readonly processors: number;
  /** MiB. */
  readonly memory: number;
  readonly network: string;
  /** Addresses in `network` whose port 22 must be reachable from this machine. */
  readonly reach: readonly string[];
}

export const files = {
  console: 'console.log',
  monitor: 'monitor.sock',
  orders: 'orders.sock',
  pid: 'qemu.pid',
  snapshot: 'snapshot.qcow2',
  log: 'qemu.log',
} as const;

// norandmaps: QEMU translates a program again if its addresses change at each start. With fixed addresses an emulated apply
// takes half the processor time (measured, QEMU 7.2).
const kernelWords =
  'console=ttyS0 panic=-1 quiet mitigations=off nokaslr norandmaps tsc=reliable no_timer_check random.trust_cpu=on audit=0';

/**
 * How many processors a machine gets. Emulated processors in separate threads may run code for ever that another one has
 * just patched: a guest whose kernel patches itself while it starts hosts then hangs (both processors in `asm_exc_int3`).
 * QEMU 8.1 locks the page before it translates it (deba78709ae8).
 */
export async function processorsFor(accelerator: Accelerator, wanted: number): Promise<number> {
  if (accelerator === 'kvm') return wanted;
  const { stdout } = await execute('qemu-system-x86_64', ['--version']);
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(stdout) ?? [];
  return Number(major) > 8 || (Number(major) === 8 && Number(minor) >= 1) ? wanted : 1;
}

export function acceleratorWords(accelerator: Accelerator): string[] {
  return accelerator === 'kvm'
    ? ['-accel', 'kvm', '-cpu', 'host']
    : ['-accel', 'tcg,thread=multi,tb-size=512', '-cpu', 'max'];
}

/** Starts a machine that outlives this process. Returns once QEMU is running; the guest is still booting then. */
export async function startMachine(spec: MachineSpec): Promise<ProcessId> {
  const { folder, kernel, initramfs, disk, accelerator, processors, memory, network, reach } = spec;
  const forwards = reach.map((address) => `,hostfwd=tcp:127.0.0.1:0-${address}:22`).join('');
  await logged(
    join(folder, files.log),
    [
      ['qemu-system-x86_64', ...acceleratorWords(accelerator)],
      ['-smp', String(processors), '-m', String(memory)],
      ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ['-kernel', kernel, '-initrd', initramfs, '-append', kernelWords],
      ['-drive', `file=${disk},format=raw,if=none,id=image,readonly=on,cache=unsafe`],
      ['-device', 'virtio-blk-pci,drive=image'],
      ['-netdev', `user,id=outside,net=${network},ipv6=off${forwards}`],
      ['-device', 'virtio-net-pci,netdev=outside,romfile='],
      ['-serial', `file:${files.console}`],
      ['-serial', `unix:${files.orders},server=on,wait=off`],
      ['-qmp', `unix:${files.monitor},server=on,wait=off`],
      ['-daemonize', '-pidfile', files.pid],
    ].flat(),
    { cwd: folder },
  );
  const pid = Number(await readFile(join(folder, files.pid), 'utf8'));
  const started = await startOf(pid);
  if (started === undefined) throw new UserError(`QEMU ended at once; see ${join(folder, files.log)}`);
  return { pid, started };
}

export async function isRunning({ pid, started }: ProcessId): Promise<boolean> {
  return (await startOf(pid)) === started;
}

/** Processor time that a process has used, in seconds; 0 for one that has ended. */
export async function processorSeconds({ pid }: ProcessId): Promise<number> {
  const fields = await statOf(pid);
  // In ticks of USER_HZ, which is 100 on all supported machines.
  return fields === undefined ? 0 : (Number(fields[11]) + Number(fields[12])) / 100;
}

async function startOf(pid: number): Promise<string | undefined> {
  const fields = await statOf(pid);
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

/** The fields of /proc/PID/stat from the third one on (proc(5)). */
async function statOf(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Ends a machine: asks QEMU, and kills it if it does not answer. */
export async function endMachine(folder: string, process_: ProcessId): Promise<void> {
  if (!(await isRunning(process_))) return;
  await quit(folder);
  for (let waited = 0; await isRunning(process_); waited += 50) {
    if (waited === 5000) process.kill(process_.pid, 'SIGKILL');
    await sleep(50);
  }
}

/** Removes what an ended machine has left, so that another one can be started in its place. */
export async function clearMachine(folder: string): Promise<void> {
  const left = [files.console, files.monitor, files.orders, files.pid, files.snapshot];
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

/** Tells a machine to end, if there is one. */
export async function quit(folder: string): Promise<void> {
  await withMonitor(folder, (monitor) => monitor.command('quit')).catch(() => {});
}

export async function withMonitor<T>(folder: string, use: (monitor: Monitor) => Promise<T>): Promise<T> {
  const monitor = await Monitor.open(join(folder, files.monitor));
  try {
    return await use(monitor);
  } finally {
    monitor.close();
  }
}

/** The ports on 127.0.0.1 that QEMU chose, by the guest's address. */
export async function forwardedPorts(folder: string): Promise<Map<string, number>> {
  const text = await withMonitor(folder, (monitor) =>
    monitor.command('human-monitor-command', { 'command-line': 'info usernet' }),
  );
  const lines = [...String(text).matchAll(/TCP\[HOST_FORWARD\]\s+\d+\s+\S+\s+(\d+)\s+(\S+)\s+22\b/g)];
  return new Map(lines.map(([, port, address]) => [address!, Number(port)]));
}

const tag = 'blank';
const node = 'snapshot';

/** Saves the whole state of the machine in a file; the machine keeps running. */
export async function saveSnapshot(folder: string): Promise<void> {
  const filename = join(folder, files.snapshot);
  await unlink(filename).catch(isMissing);
  const file = { driver: 'file', filename };
  await withMonitor(folder, async (monitor) => {
    await monitor.job('blockdev-create', { options: { ...file, size: 0 } });
    await monitor.command('blockdev-add', { ...file, 'node-name': 'snapshot-file' });
    await monitor.job('blockdev-create', {
      options: { driver: 'qcow2', file: 'snapshot-file', size: 2 ** 20 },
    });
    await monitor.command('blockdev-add', {
      driver: 'qcow2',
      file: 'snapshot-file',
      'node-name': node,
      cache: { 'no-flush': true },
    });
    await monitor.job('snapshot-save', { tag, vmstate: node, devices: [node] });
  });
}

/** Restores the state that `saveSnapshot` saved. The guest's clock is then that of the snapshot. */
export async function loadSnapshot(folder: string): Promise<void> {
  await withMonitor(folder, (monitor) =>
    monitor.job('snapshot-load', { tag, vmstate: node, devices: [node] }),
  );
}

/** Boots a guest with KVM to see whether that works: on some machines /dev/kvm makes guests hang. */
export async function tryKvm(kernel: string, initramfs: string): Promise<boolean> {
  const words = [
    acceleratorWords('kvm'),
    ['-m', '256', '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
    ['-kernel', kernel, '-initrd', initramfs, '-append', `${kernelWords} lab.trial`],
  ].flat();
  const trial = execute('qemu-system-x86_64', words, { timeout: 8000, killSignal: 'SIGKILL' });
  trial.child.stdin?.end();
  const { stdout } = await trial.catch(() => ({ stdout: '' }));
  return stdout.includes('LAB trial');
}
