import { fileURLToPath } from 'node:url';
import type { Reached } from './hosts.ts';
import { type Finished, run, type Took } from './process.ts';

export const program = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

/** lvsform as a user starts it: the whole process. */
export function lvsform(...words: readonly string[]): Promise<Finished> {
  return lvsformIn({}, ...words);
}

/** The same, with further variables in its environment. */
export function lvsformIn(
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<Finished> {
  return run([process.execPath, program, ...words], { env });
}

interface Way {
  readonly inventory?: string;
  readonly config?: string;
  readonly more?: readonly string[];
}

async function wayTo(hosts: Reached, { inventory, config, more = [] }: Way): Promise<string[]> {
  const file = config ?? (await hosts.config());
  return ['-i', inventory ?? hosts.inventory, '--ssh-config', file, '--json', ...more];
}

/** A plan in which there must be nothing to do: with any other, its exit status is not 0. */
export async function planNothing(hosts: Reached, way: Way = {}): Promise<Took> {
  return lvsform('plan', '--detailed-exitcode', ...(await wayTo(hosts, way)));
}

/** Plan and apply in one process. */
export async function apply(hosts: Reached, way: Way = {}): Promise<Took> {
  return lvsform('apply', '--yes', ...(await wayTo(hosts, way)));
}
