import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { GuestFile } from './guest.ts';
import { logged } from './tools.ts';

/** The programs of the guest, by their places in it. */
const programs = { init: 'init', machine: 'lab/machine', host: 'lab/host' } as const;

/**
 * Writes an initramfs: the image's own, followed by this lab's files. The kernel unpacks one after the other
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 */
export async function writeInitramfs(
  path: string,
  image: string,
  guestFiles: readonly GuestFile[],
): Promise<void> {
  const folder = dirname(path);
  const tree = await mkdtemp(join(folder, 'tree-'));
  try {
    for (const [name, place] of Object.entries(programs)) {
      const content = await readFile(fileURLToPath(import.meta.resolve(`#lab-guest/${name}`)), 'utf8');
      await put(tree, { path: place, content, mode: 0o755 });
    }
    for (const file of guestFiles) await put(tree, file);
    const archive = join(folder, 'own.gz');
    const command = `find . | cpio -o -H newc --quiet -R 0:0 | gzip -1 > "${archive}"`;
    await logged(join(folder, 'qemu.log'), ['sh', '-c', command], { cwd: tree });
    await copyFile(image, path);
    await pipeline(createReadStream(archive), createWriteStream(path, { flags: 'a' }));
    await rm(archive);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

async function put(tree: string, { path, content, mode = 0o644, link }: GuestFile): Promise<void> {
  const target = join(tree, path);
  await mkdir(dirname(target), { recursive: true });
  if (link === true) {
    await symlink(content, target);
    return;
  }
  await writeFile(target, content, { mode });
  await chmod(target, mode);
}
