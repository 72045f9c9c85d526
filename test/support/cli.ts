import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { Io } from '../../src/cli/io.ts';
import { lvsform } from '../../src/cli/lvsform.ts';
import { painted, plain } from '../../src/report/style.ts';

export const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs lvsform as a process of its own. */
export function lvsformProcess(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Said> {
  const { cwd, env } = options;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { cwd, env: { ...process.env, ...env } },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    child.stdin?.end();
  });
}

/** What prints in this process, and what it has printed. Nothing is asked: there is no terminal. */
export function ioHere(): { readonly io: Io; readonly said: () => Omit<Said, 'code'> } {
  let [out, err] = ['', ''];
  const print = (text: string): void => void (out += painted(text));
  const io: Io = {
    style: plain,
    print,
    json: (value) => print(`${JSON.stringify(value)}\n`),
    tell: (text) => void (err += painted(text)),
    progress: () => {},
    confirm: () => Promise.resolve(false),
    askSecret: () => Promise.reject(new Error('nothing is asked here')),
    end: (status) => Promise.resolve(status),
  };
  return { io, said: () => ({ out, err }) };
}

/** Runs lvsform in this process, which takes milliseconds. */
export async function lvsformHere(...args: string[]): Promise<Said> {
  const { io, said } = ioHere();
  return { code: await lvsform(args, io), ...said() };
}

/** A folder of the test's own, with files in it. */
export async function folder(t: ExecutionContext, files: Record<string, string> = {}): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'lvsform-cli-'));
  t.teardown(() => rm(made, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(made, name), text);
  return made;
}
