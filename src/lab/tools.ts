import { execFile, spawn } from 'node:child_process';
import { access, constants, open, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../user-error.ts';

export const execute = promisify(execFile);

/** Debian's package of each program that the lab needs. */
const packages: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  mmdebstrap: 'mmdebstrap',
  cpio: 'cpio',
  mke2fs: 'e2fsprogs',
  'ssh-keygen': 'openssh-client',
  fakeroot: 'fakeroot',
  newuidmap: 'uidmap',
};

/** The programs for running a machine, and those for building its image. */
export const machineTools = ['qemu-system-x86_64', 'cpio', 'ssh-keygen'];
export const imageTools = ['mmdebstrap', 'mke2fs', ...(isRoot() ? [] : ['fakeroot', 'newuidmap'])];

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Throws a UserError that names all missing packages, with the command that installs them. */
export async function needTools(names: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const name of names) if (!(await onPath(name))) missing.push(name);
  if (missing.length === 0) return;
  const install = [...new Set(missing.map((name) => packages[name] ?? name))].join(' ');
  throw new UserError(
    `the lab needs ${missing.join(', ')}: sudo apt-get install --no-install-recommends ${install}`,
  );
}

async function onPath(name: string): Promise<boolean> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    const found = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

/** Runs a program with its output in a log. Throws a UserError with the log's end if it fails. */
export async function logged(
  log: string,
  command: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<void> {
  const output = await open(log, 'a');
  const [program = '', ...words] = command;
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, LC_ALL: 'C' };
  const code = await new Promise<number | string>((resolve, reject) => {
    const child = spawn(program, words, { ...options, env, stdio: ['ignore', output.fd, output.fd] });
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal ?? 1));
  }).finally(() => output.close());
  if (code === 0) return;
  const end = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-12).join('\n');
  throw new UserError(`${program} failed (${code}); the end of ${log}:\n${end}`);
}
