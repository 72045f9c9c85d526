import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { acceleratorOf } from '../../src/lab/accelerator.ts';
import { bootMachine } from '../../src/lab/booting.ts';
import { imageOf } from '../../src/lab/image.ts';
import { writeInitramfs } from '../../src/lab/initramfs.ts';
import { isRunning, type ProcessId } from '../../src/lab/qemu.ts';
import { recipeOf } from '../../src/lab/recipe.ts';

/** Says that its kernel is up, and then nothing any more. */
const mute = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
if /bin/busybox grep -q lab.trial /proc/cmdline; then echo LAB trial; echo o > /proc/sysrq-trigger; fi
echo LAB 0 kernel
/bin/busybox sleep 1000
`;

test('a machine that gets nowhere is booted anew, and what QEMU was at is kept', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const image = await imageOf(recipeOf({ bare: false }), () => {});
  const initramfs = join(folder, 'initramfs');
  await writeInitramfs(initramfs, image.initramfs, [{ path: 'init', content: mute, mode: 0o755 }]);
  const spec = {
    folder,
    kernel: image.kernel,
    initramfs,
    disk: image.disk,
    accelerator: await acceleratorOf(image.kernel, initramfs),
    memory: 256,
    processors: 1,
    network: '10.0.2.0/24',
    reach: [],
  };
  const machines: ProcessId[] = [];
  const evidence: string[] = [];
  const listeners = {
    started: (id: ProcessId): void => void machines.push(id),
    up: (): void => {},
    silent: (kept: string): void => void evidence.push(kept),
  };
  const patience = [1, 2].map(() => ({ processor: 30, passed: 60 }));
  const error = await t.throwsAsync(bootMachine(spec, listeners, patience));
  t.teardown(() => Promise.all(evidence.map((kept) => rm(kept, { recursive: true, force: true }))));
  t.regex(error?.message ?? '', /hung 2 times/);
  t.is(machines.length, 2);
  t.deepEqual(await Promise.all(machines.map(isRunning)), [false, false], 'no machine is left');
  t.is(evidence.length, 2);
  for (const kept of evidence) {
    t.regex(error?.message ?? '', new RegExp(kept));
    t.regex(await readFile(join(kept, 'console.log'), 'latin1'), /LAB 0 kernel/);
    t.regex(await readFile(join(kept, 'monitor'), 'utf8'), /VM status: running[^]*RIP=[^]*0x[0-9a-f]+:/);
    t.regex(await readFile(join(kept, 'host'), 'utf8'), /nowhere for[^]*thread \d+/);
  }
});
