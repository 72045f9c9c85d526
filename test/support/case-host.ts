import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { opening } from '../../src/shell/prelude.ts';
import { quote } from '../../src/shell/quote.ts';
import type { Case } from './case-shape.ts';

const run = promisify(execFile);

/** What probes use as it is. Of every other command a host has only those that its case names. */
const tools = ['cat', 'grep', 'head', 'sed', 'sha256sum', 'stat', 'timeout'];

/**
 * Runs shell text on a host that has the commands and files of a case. Gives what it printed, in latin1. Throws where
 * it runs what the case does not name, or leaves out what it names.
 */
export async function printedBy(host: Case['host'], shell: string, frame: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'lvsform-case-'));
  try {
    const [root, bin, log, answers] = ['root', 'bin', 'log', 'answers'].map((name) =>
      join(scratch, name),
    ) as [string, string, string, string];
    const commands = commandsOf(host);
    await Promise.all([mkdir(root), mkdir(bin), writeFile(log, '')]);
    await writeFile(answers, standIn(commands, log), { mode: 0o755 });
    for (const [path, text] of Object.entries(host))
      if (path.startsWith('/')) await put(join(root, path), textOf(text));
    const programs = new Set([...commands.keys()].map((command) => command.split(' ')[0]!));
    for (const tool of tools.filter((each) => !programs.has(each)))
      await symlink(await placeOf(tool), join(bin, tool));
    // Copied by the shell: what this process has open for writing, another case's shell may hold open, too.
    const copies = [...programs].map((program) => `cp ${quote(answers)} ${quote(join(bin, program))}\n`);
    const script = `${copies.join('')}${opening(frame)}PATH=${quote(bin)}\n${shell}`;
    const env = { ...process.env, LVSFORM_ROOT: root };
    const { stdout, stderr } = await run('/bin/sh', ['-c', script], { env, encoding: 'latin1' });
    if (stderr !== '') throw new Error(`the probe printed an error: ${stderr}`);
    const ran = new Set((await readFile(log, 'utf8')).split('\0').slice(0, -1));
    for (const command of ran)
      if (!commands.has(command)) throw new Error(`the case does not say what this prints: ${command}`);
    for (const [command, printed] of commands)
      if (printed !== undefined && !ran.has(command))
        throw new Error(`the probe does not run this: ${command}`);
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

/** A program that prints what the case says, whatever it is called, and notes by which words it was called. */
function standIn(commands: ReadonlyMap<string, Printed | undefined>, log: string): string {
  const cases = [...commands].flatMap(([command, printed]) =>
    printed === undefined
      ? []
      : [`${quote(command)}) printf %s ${quote(printed.prints)}; exit ${printed.status} ;;\n`],
  );
  return `#!/bin/sh
called="\${0##*/}\${1+ }$*"
printf '%s\\0' "$called" >> ${quote(log)}
case $called in
${cases.join('')}esac
exit 127
`;
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
