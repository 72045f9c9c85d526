#!/usr/bin/env node
const {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs') as typeof import('node:fs');
const { createRequire } = require('node:module') as typeof import('node:module');
const { homedir } = require('node:os') as typeof import('node:os');
const path = require('node:path') as typeof import('node:path');
const { Script } = require('node:vm') as typeof import('node:vm');
const { crc32 } = require('node:zlib') as typeof import('node:zlib');

/** What the bundle's text is: a function of what Node gives a CommonJS module. */
type Bundle = (
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** What V8 made of the program's text in earlier runs, and how many they were. */
interface Compiled {
  readonly code: Buffer;
  readonly runs: number;
}

/** Runs of a command that add to the code that is kept: not all of them need the same. */
const most = 3;

/** The program in one file, as a package has it. A checkout runs its modules, even if it has such a file from the last `npm pack`. */
const bundle = path.join(__dirname, '../../bundle/lvsform.cjs');
const modules = path.join(__dirname, 'main.js');

/**
 * Runs the program in one file. V8's compiled code of an earlier run of the same command is taken from the user's cache
 * folder, where there is one that fits: the start takes less than half the time. The cache is never needed: whatever goes
 * wrong with it is no error.
 */
function runBundle(argv: readonly string[]): void {
  const source = readFileSync(bundle);
  const cache = process.env['NODE_DISABLE_COMPILE_CACHE'] === '1' ? undefined : cacheFile(argv[0] ?? '');
  const known = cache === undefined ? undefined : readCompiled(cache, source);
  // It is ASCII (test/scripts/bundle.ts).
  const script = new Script(source.toString('latin1'), {
    filename: bundle,
    ...(known === undefined ? {} : { cachedData: known.code }),
  });
  const module = { exports: {} };
  (script.runInThisContext() as Bundle)(createRequire(bundle), module, bundle, path.dirname(bundle));
  const program = module.exports as typeof import('./program.ts');
  if (cache !== undefined)
    process.once('exit', () => {
      const runs = known !== undefined && script.cachedDataRejected === false ? known.runs : 0;
      if (runs >= most || process.exitCode === 1 || argv.includes('--help')) return;
      keepCompiled(cache, source, { code: script.createCachedData(), runs: runs + 1 });
    });
  // As Node's own status of a module that waits for what never comes; the program sets the true one at its end.
  process.exitCode = 13;
  void program.main(argv);
}

/** The file for a command. Each has its own, since to read much code that a command does not need takes time, too. */
function cacheFile(command: string): string | undefined {
  const base = cacheBase();
  if (!path.isAbsolute(base)) return undefined;
  return path.join(base, 'lvsform', `${/^[a-z]{1,20}$/.test(command) ? command : 'other'}.code`);
}

function cacheBase(): string {
  const named = process.env['XDG_CACHE_HOME'] ?? '';
  return path.isAbsolute(named) ? named : path.join(homedir(), '.cache');
}

/** What compiled code depends on, as far as V8 does not check it: the text, and the file of Node. */
function basis(source: Buffer): string {
  const { size, mtimeMs } = statSync(process.execPath);
  return [process.version, process.arch, size, mtimeMs, source.length, crc32(source)].join(' ');
}

/** The compiled code of this text; undefined where there is none, where it is not whole, or where another user may have written it. */
function readCompiled(file: string, source: Buffer): Compiled | undefined {
  try {
    const kept = readOwn(file);
    const end = kept.indexOf('\n');
    const [of, runs, sum] = JSON.parse(kept.toString('latin1', 0, end)) as [string, number, number];
    const code = kept.subarray(end + 1);
    return of === basis(source) && sum === crc32(code) ? { code, runs } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a file that this user alone can write. */
function readOwn(name: string): Buffer {
  const file = openSync(name, 'r');
  try {
    const { uid, mode } = fstatSync(file);
    if (uid !== process.geteuid?.() || (mode & 0o022) !== 0) throw new Error(`not ours: ${name}`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function keepCompiled(file: string, source: Buffer, { code, runs }: Compiled): void {
  const staged = `${file}.${process.pid}`;
  try {
    makeFolder(path.dirname(file));
  } catch {
    return;
  }
  try {
    const head = JSON.stringify([basis(source), runs, crc32(code)]);
    writeFileSync(staged, Buffer.concat([Buffer.from(`${head}\n`), code]), { mode: 0o600, flag: 'wx' });
    renameSync(staged, file);
  } catch {
    rmSync(staged, { force: true });
  }
}

/** Makes the folder in a cache folder of this user. Root with another user's HOME makes nothing there. */
function makeFolder(folder: string): void {
  const base = path.dirname(folder);
  const owner = statSync(existsSync(base) ? base : path.dirname(base)).uid;
  if (owner !== process.geteuid?.()) throw new Error(`not ours: ${base}`);
  for (const each of [base, folder]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 });
}

if (existsSync(modules)) void import('./main.js');
else runBundle(process.argv.slice(2));
