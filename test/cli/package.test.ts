import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { lvsformProcess, type Said } from '../support/cli.ts';

/** A package as npm packs it, installed into a folder of its own, without the network. */

const top = fileURLToPath(new URL('../../../', import.meta.url));
const call = promisify(execFile);
/** This run's own settings of npm are not those of a user. */
const user = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

const home = await mkdtemp(join(tmpdir(), 'lvsform-package-'));
const source = join(home, 'source');
const prefix = join(home, 'prefix');
const installed = join(prefix, 'lib/node_modules/lvsform');
const caches = join(home, 'cache');
const cached = join(caches, 'lvsform');

/** Runs what a user has on the PATH. */
async function lvsform(
  words: readonly string[],
  { env = {}, node = [] }: { env?: Record<string, string>; node?: readonly string[] } = {},
): Promise<Said> {
  const program = join(prefix, 'bin/lvsform');
  const line = node.length === 0 ? [program] : [process.execPath, ...node, program];
  const [file, ...rest] = [...line, ...words] as [string, ...string[]];
  return new Promise((resolve) => {
    execFile(file, rest, { cwd: home, env: { ...user, XDG_CACHE_HOME: caches, ...env } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

test.before(async () => {
  const left = new Set(['.git', 'node_modules', 'dist', 'golden', 'coverage'].map((name) => sep + name));
  await cp(top, source, {
    recursive: true,
    filter: (path) => ![...left].some((each) => path.endsWith(each)),
  });
  await symlink(join(top, 'node_modules'), join(source, 'node_modules'));
  const cache = ['--cache', join(home, 'npm')];
  const { stdout } = await call('npm', ['pack', '--silent', ...cache], { cwd: source, env: user });
  await call(
    'npm',
    [
      'install',
      '--global',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--prefix',
      prefix,
      ...cache,
      stdout.trim(),
    ],
    { cwd: source, env: user },
  );
  await call('mkdir', ['-p', caches]);
});

test.after.always(() => rm(home, { recursive: true, force: true }));

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => !each.isDirectory())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .toSorted();
}

test.serial('a package is small, needs no other, and has all files that the program reads', async (t) => {
  const files = await filesBelow(installed);
  t.true(files.length < 300, `${files.length} files`);
  t.deepEqual(
    files.filter((name) => /\.(map|ts)$/.test(name)),
    [],
  );
  for (const folder of [
    'templates',
    'src/host',
    'src/sim/bin',
    'src/lab/guest',
    'docs',
    'examples',
    'inventories',
  ]) {
    const shipped = files
      .filter((name) => name.startsWith(`${folder}/`))
      .map((name) => name.slice(folder.length + 1));
    const written = await filesBelow(join(top, folder));
    t.deepEqual(
      shipped,
      folder === 'src/host' ? written.filter((name) => name.endsWith('.sh')) : written,
      folder,
    );
  }
  const facts = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    dependencies?: object;
    scripts: Record<string, string>;
  };
  t.is(facts.dependencies, undefined);
  const atInstall = ['preinstall', 'install', 'postinstall', 'prepare'];
  t.deepEqual(
    Object.keys(facts.scripts).filter((name) => atInstall.includes(name)),
    [],
  );
  t.deepEqual(await readdir(join(prefix, 'lib/node_modules')), ['lvsform']);
});

test.serial('the licences of all libraries in a package are in it', async (t) => {
  const code = await readFile(join(installed, 'dist/bundle/lvsform.cjs'), 'utf8');
  const text = await readFile(join(installed, 'dist/bundle/licenses.txt'), 'utf8');
  const names = new Set(
    [...code.matchAll(/^\s*\/\/ \S*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name!),
  );
  t.true(names.has('ssh2') && names.has('@noble/hashes'));
  for (const name of names) t.regex(text, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(\\S`, 'm'));
});

test.serial('an installed package does what a checkout does', async (t) => {
  const dr = join(installed, 'inventories/dr');
  for (const words of [
    ['--version'],
    ['--help'],
    ['paln'],
    ['validate', '--schema'],
    ['validate', '-i', join(installed, 'inventories/pacemaker')],
    ['plan', '-i', dr, '--ssh-config', '/dev/null', '--identity', '/nonexistent'],
  ])
    t.deepEqual(await lvsform(words), await lvsformProcess(words, { cwd: home }), words.join(' '));
  const page = await lvsform(['rules', 'LVS001']);
  const links = [...page.out.matchAll(/\S+\/docs\/[\w-]+\.md/g)].map(([path]) => path);
  t.true(links.length > 0 && links.every((path) => path.startsWith(installed)), page.out);
  for (const path of links) t.true((await stat(path)).isFile());
});

test.serial('an installed package makes an inventory, and renders it as a checkout does', async (t) => {
  t.like(await lvsform(['init', 'mine', '--failover', 'keepalived']), { code: 0, err: '' });
  const words = ['render', '-i', 'mine', '-o'];
  t.like(await lvsform([...words, 'packed']), { code: 0, err: '' });
  t.like(await lvsformProcess([...words, 'checkout'], { cwd: home }), { code: 0, err: '' });
  const [packed, checkout] = await Promise.all(
    ['packed', 'checkout'].map(async (form) => {
      const folder = join(home, form);
      const names = await filesBelow(folder);
      const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const);
      return Promise.all(texts);
    }),
  );
  t.true(packed!.length > 10);
  t.deepEqual(packed, checkout);
});

test.serial('an installed package runs the demo: plan, apply and destroy over SSH', async (t) => {
  const { code, out, err } = await lvsform(['demo']);
  t.deepEqual({ code, err }, { code: 0, err: '' }, out);
  t.regex(out, /Every file, address, route, parameter and rule of the five hosts is as it was before/);
});

const word = ['rules', '--json'];
const file = join(cached, 'rules.code');

/** The identity of the file: a cache that fits is left as it is, any other one is replaced. */
async function made(): Promise<bigint> {
  return (await stat(file, { bigint: true })).ino;
}

test.serial('compiled code is kept, and used as long as it fits', async (t) => {
  await rm(cached, { recursive: true, force: true });
  const first = await lvsform(word);
  t.is(first.code, 0);
  t.deepEqual(await readdir(cached), ['rules.code']);
  for (let run = 0; run < 3; run++) t.deepEqual(await lvsform(word), first);
  const before = await made();
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.deepEqual(await lvsform(word), first);
  t.is(await made(), before);
});

test.serial(
  'compiled code that is damaged, of another text or of another user counts for nothing',
  async (t) => {
    const off = { env: { NODE_DISABLE_COMPILE_CACHE: '1' } };
    const truth = await lvsform(word, off);
    await lvsform(word);
    const sound = await readFile(file);
    const end = sound.indexOf('\n');
    const [head, code] = [sound.subarray(0, end).toString(), sound.subarray(end)];
    const flipped = (at: number): Buffer => {
      const copy = Buffer.from(sound);
      copy[at]! ^= 1;
      return copy;
    };
    const damages: Record<string, { readonly bytes: Buffer; readonly mode?: number }> = {
      'no bytes': { bytes: Buffer.alloc(0) },
      'no line': { bytes: Buffer.alloc(4096, 120) },
      'cut short': { bytes: sound.subarray(0, sound.length >> 1) },
      'one bit in the middle': { bytes: flipped(sound.length >> 1) },
      'one bit at the end': { bytes: flipped(sound.length - 1) },
      'another version of Node': { bytes: Buffer.concat([Buffer.from(head.replace(/v\d+/, 'v19')), code]) },
      'another text': { bytes: Buffer.concat([Buffer.from(head.replace(/\d+"/, '0"')), code]) },
      'others can write it': { bytes: sound, mode: 0o666 },
    };
    for (const [name, { bytes, mode = 0o600 }] of Object.entries(damages)) {
      await rm(file);
      await writeFile(file, bytes);
      await call('chmod', [mode.toString(8), file]);
      const before = await made();
      t.deepEqual(await lvsform(word), truth, name);
      t.not(await made(), before, `${name}: it was taken`);
      t.is((await stat(file)).mode & 0o777, 0o600, name);
    }
  },
);

test.serial('code of other flags, or a folder that cannot be written, is no error', async (t) => {
  const truth = await lvsform(word);
  t.deepEqual(await lvsform(word, { node: ['--no-opt'] }), truth);
  for (const place of ['/proc', '/dev/null', join(home, 'none/such')])
    t.deepEqual(await lvsform(word, { env: { XDG_CACHE_HOME: place } }), truth, place);
  await rm(cached, { recursive: true });
  await lvsform(word, { env: { NODE_DISABLE_COMPILE_CACHE: '1' } });
  t.deepEqual(await readdir(caches), []);
  t.is((await lvsform(['rules', 'LVS9999'])).code, 1);
  t.deepEqual(await readdir(caches), [], 'the code of a run that ends with an error is not kept');
});
