import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Folder } from './folder.ts';
import type { Reached } from './hosts.ts';
import { type Finished, run, type Took } from './process.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));

/** A form of lvsform: the file that Node runs, and what its environment has. */
export interface Program {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The modules of the checkout. */
const checkout: Program = { file: join(top, 'dist/src/cli/main.js'), env: {} };

/** What `npm pack` makes of the checkout, unpacked into a folder, which is also its cache folder. */
export async function packaged({ path }: Pick<Folder, 'path'>): Promise<Program> {
  await run([process.execPath, join(top, 'dist/test/scripts/bundle.js')]);
  const pack = ['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', path];
  const { output } = await run(pack, { cwd: top });
  await run(['tar', '-xzf', join(path, output.trim()), '-C', path]);
  return { file: join(path, 'package/dist/src/cli/start.cjs'), env: { XDG_CACHE_HOME: path } };
}

/** lvsform as a user starts it: the whole process. */
export function lvsform(words: readonly string[], { file, env } = checkout): Promise<Finished> {
  return run([process.execPath, file, ...words], { env });
}

/** The modules of the checkout, with further variables in their environment. */
export function lvsformIn(env: Program['env'], ...words: readonly string[]): Promise<Finished> {
  return lvsform(words, { ...checkout, env });
}

interface Way {
  readonly inventory?: string;
  readonly config?: string;
  readonly more?: readonly string[];
  readonly program?: Program;
}

async function wayTo(hosts: Reached, { inventory, config, more = [] }: Way): Promise<string[]> {
  const file = config ?? (await hosts.config());
  return ['-i', inventory ?? hosts.inventory, '--ssh-config', file, '--json', ...more];
}

/** A plan in which there must be nothing to do: with any other, its exit status is not 0. */
export async function planNothing(hosts: Reached, way: Way = {}): Promise<Took> {
  return lvsform(['plan', '--detailed-exitcode', ...(await wayTo(hosts, way))], way.program ?? hosts.program);
}

/** Plan and apply in one process. */
export async function apply(hosts: Reached, way: Way = {}): Promise<Took> {
  return lvsform(['apply', '--yes', ...(await wayTo(hosts, way))], way.program ?? hosts.program);
}
