import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../disk/documents.ts';
import { cacheFolder } from './places.ts';
import { type Accelerator, tryKvm } from './qemu.ts';

/** KVM if it boots a guest, otherwise emulation. The result is kept until this machine is rebooted. */
export async function acceleratorOf(kernel: string, initramfs: string): Promise<Accelerator> {
  const usable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!usable) return 'tcg';
  const note = join(cacheFolder(), 'accelerator');
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const [knownBoot, known] = (await readFile(note, 'utf8').catch(() => '')).trim().split(' ');
  if (knownBoot === boot && (known === 'kvm' || known === 'tcg')) return known;
  const found = (await tryKvm(kernel, initramfs)) ? 'kvm' : 'tcg';
  await writeWhole(note, `${boot} ${found}\n`);
  return found;
}
