import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { quote } from '../../src/shell/quote.ts';
import type { Case } from './case-shape.ts';
import { complete } from './library.ts';

const run = promisify(execFile);
const command = resolve('test/support/case-command.sh');

/** What probes use as it is. Of every other command a host has only those that its case names. */
const tools = new Map(
  await Promise.all(
    ['awk', 'cat', 'grep', 'head', 'sed', 'sha256sum', 'stat', 'timeout'].map(
      async (tool) => [tool, await placeOf(tool)] as const,
    ),
  ),
);

/**
 * Runs shell text on a host that has the commands and files of a case. Gives what it printed, in latin1. Throws where
 * it runs what the case does not name, or leaves out what it names.
 */
export async function printedBy(host: Case['host'], shell: string, frame: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'lvsform-case-'));
  try {
    const [root, bin, log] = [join(scratch, 'root'), join(scratch, 'bin'), join(scratch, 'log')];
    const commands = commandsOf(host);
    await Promise.all([mkdir(root), mkdir(bin)]);
    await Promise.all([writeFile(log, ''), writeFile(join(scratch, 'answers'), answersOf(commands))]);
    for (const [path, text] of Object.entries(host))
      if (path.startsWith('/')) await put(join(root, path), textOf(text));
    const programs = [...commands.keys()].map((each) => [each.split(' ')[0]!, command] as const);
    for (const [name, place] of new Map([...tools, ...programs])) await symlink(place, join(bin, name));
    const script = complete(`begin ${frame}\nPATH=${quote(bin)}\n${shell}`);
    const env = { LVSFORM_ROOT: root, CASE: scratch };
    const { stdout, stderr } = await run('/bin/sh', ['-c', script], { env, encoding: 'latin1' });
    if (stderr !== '') throw new Error(`the probe printed an error: ${stderr}`);
    const ran = new Set((await readFile(log, 'utf8')).split('\0').slice(0, -1));
    for (const each of ran)
      if (!commands.has(each)) throw new Error(`the case does not say what this prints: ${each}`);
    for (const [each, printed] of commands)
      if (printed !== undefined && !ran.has(each)) throw new Error(`the probe does not run this: ${each}`);
    return stdout;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Printed {
  readonly prints: string;
  readonly status: number;
}

/** By the words of the command line, without their quotes; undefined for what is there and is not run. */
function commandsOf(host: Case['host']): Map<string, Printed | undefined> {
  return new Map(
    Object.entries(host)
      .filter(([name]) => !name.startsWith('/'))
      .map(([name, value]) => [
        name.replaceAll("'", '').replaceAll('\\n', '\n'),
        value === null ? undefined : typeof value === 'object' ? value : { prints: textOf(value), status: 0 },
      ]),
  );
}

/** Shell text that answers `$called`. */
function answersOf(commands: ReadonlyMap<string, Printed | undefined>): string {
  const cases = [...commands].flatMap(([words, printed]) =>
    printed === undefined
      ? []
      : [`${quote(words)}) printf %s ${quote(printed.prints)}; exit ${printed.status} ;;\n`],
  );
  return `case $called in\n${cases.join('')}esac\n`;
}

/** A file; or, where the path ends with a slash, directories of these names. */
async function put(path: string, text: string): Promise<void> {
  if (!path.endsWith('/')) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, 'latin1');
    return;
  }
  for (const name of ['', ...text.split(/\s+/)]) await mkdir(join(path, name), { recursive: true });
}

function textOf(value: Case['host'][string]): string {
  if (typeof value === 'object') return value?.prints ?? '';
  return typeof value === 'number' ? `${value}\n` : value;
}

async function placeOf(tool: string): Promise<string> {
  const [inUsr, inRoot] = [`/usr/bin/${tool}`, `/bin/${tool}`];
  return access(inUsr).then(
    () => inUsr,
    () => inRoot,
  );
}
