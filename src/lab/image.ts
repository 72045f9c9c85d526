import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageName, type Recipe } from './recipe.ts';
import { cacheFolder } from './places.ts';
import { execute, isRoot, logged } from './tools.ts';

export interface Image {
  readonly disk: string;
  readonly kernel: string;
  readonly initramfs: string;
}

const script = fileURLToPath(import.meta.resolve('#lab-guest/image'));

/** The modules that the first program of the machine needs before it can use the disk. */
const earlyModules = [
  'virtio_ring',
  'virtio',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'virtio_blk',
  'failover',
  'net_failover',
  'virtio_net',
  'overlay',
];

async function folderOf(recipe: Recipe): Promise<string> {
  return join(cacheFolder(), 'images', imageName(recipe, await readFile(script, 'utf8')));
}

/** True if the image need not be built. */
export async function isCached(recipe: Recipe): Promise<boolean> {
  return (await stat(await folderOf(recipe)).catch(() => undefined)) !== undefined;
}

/** The image of a recipe: from the cache, or built now, which takes about half a minute and the network. */
export async function imageOf(recipe: Recipe, building: () => void): Promise<Image> {
  const folder = await folderOf(recipe);
  if (!(await isCached(recipe))) {
    const images = dirname(folder);
    building();
    await mkdir(images, { recursive: true });
    await removeRemnants(images);
    await build(recipe, folder);
  }
  return {
    disk: join(folder, 'disk'),
    kernel: join(folder, 'kernel'),
    initramfs: join(folder, 'initramfs'),
  };
}

/** Builds beside the place and renames, so that an image in the cache is always complete. */
async function build(recipe: Recipe, folder: string): Promise<void> {
  const work = `${folder}.${process.pid}`;
  const log = `${folder}.log`;
  await rm(log, { force: true });
  await mkdir(join(work, 'root'), { recursive: true });
  try {
    await bootstrap(recipe, work, log);
    await mkdir(join(work, 'image'));
    await pack(work, log);
    await rename(join(work, 'image'), folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await rm(log, { force: true });
}

async function bootstrap({ suite, installed, repository }: Recipe, work: string, log: string): Promise<void> {
  const without = ['/usr/share/man/*', '/usr/share/locale/*', '/usr/share/doc/*', '/usr/share/info/*'];
  await logged(log, [
    'mmdebstrap',
    '--variant=minbase',
    `--include=${installed.join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    ...without.map((path) => `--dpkgopt=path-exclude=${path}`),
    '--dpkgopt=force-unsafe-io',
    `--customize-hook=upload "${script}" /var/tmp/image`,
    `--customize-hook=chroot "$1" sh /var/tmp/image "${repository.join(' ')}"`,
    '--customize-hook=rm "$1/var/tmp/image"',
    '--skip=cleanup/apt/lists',
    '--format=tar',
    suite,
    join(work, 'root.tar'),
    ...(await sources(suite)),
  ]);
}

/** The sources from which this machine's own apt gets the suite; empty if there are none, so that mmdebstrap chooses. */
async function sources(suite: string): Promise<string[]> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const { stdout } = await execute('apt-get', [
    'indextargets',
    '--format',
    format,
    'Created-By: Packages',
  ]).catch(() => ({ stdout: '' }));
  const mine = stdout.split('\n').flatMap((line) => {
    const [uri = '', release = '', component = ''] = line.split(' ');
    const known = [suite, `${suite}-updates`, `${suite}-security`].includes(release);
    return known && component === 'main' ? [`deb ${uri} ${release} main`] : [];
  });
  return mine.some((line) => line.endsWith(` ${suite} main`)) ? [...new Set(mine)] : [];
}

/** Makes a disk image, a kernel, and the initramfs of all labs from the archive of the root. */
async function pack(work: string, log: string): Promise<void> {
  const pretend = isRoot() ? [] : ['fakeroot', '--'];
  const steps = `
set -eu
tar -xpf root.tar -C root --exclude=./dev/* --numeric-owner
rm root.tar
mv root/boot/vmlinuz image/kernel
mkdir -p early/bin early/modules early/proc early/sys early/dev early/image early/memory early/root
cp root/bin/busybox early/bin/
number=10
for module in ${earlyModules.join(' ')}; do
  file=$(find root/usr/lib/modules -name "$module.ko")
  [ -z "$file" ] || cp "$file" "early/modules/$number-$module.ko"
  number=$((number + 1))
done
(cd early && find . | cpio -o -H newc --quiet -R 0:0) | gzip -1 > image/initramfs
size=$(du -sm --apparent-size root | cut -f 1)
files=$(find root | wc -l)
mke2fs -q -t ext4 -O ^has_journal,^resize_inode,^metadata_csum -m 0 -N $((files + 1000)) -E lazy_itable_init=1 \\
  -d root image/disk $((size * 115 / 100 + 64))M
`;
  await logged(log, [...pretend, 'sh', '-c', steps], { cwd: work });
}

/** Removes what interrupted builds have left. */
async function removeRemnants(images: string): Promise<void> {
  for (const name of await readdir(images)) {
    const pid = /^[0-9a-f]{16}\.(\d+)$/.exec(name)?.[1];
    if (pid === undefined || (await stat(`/proc/${pid}`).catch(() => undefined)) !== undefined) continue;
    await rm(join(images, name), { recursive: true, force: true });
  }
}
