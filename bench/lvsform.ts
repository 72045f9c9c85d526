import { fileURLToPath } from 'node:url';
import type { BenchHosts } from './hosts.ts';
import { run } from './process.ts';

export const program = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

/** lvsform as a user starts it; gives the seconds of the whole process. */
export async function lvsform(...words: readonly string[]): Promise<number> {
  return (await run([process.execPath, program, ...words])).seconds;
}

interface Way {
  readonly inventory?: string;
  readonly config?: string;
  readonly more?: readonly string[];
}

async function wayTo(hosts: BenchHosts, { inventory, config, more = [] }: Way): Promise<string[]> {
  const file = config ?? (await hosts.config());
  return ['-i', inventory ?? hosts.inventory, '--ssh-config', file, '--json', ...more];
}

/** A plan in which there must be nothing to do: with any other, its exit status is not 0. */
export async function planNothing(hosts: BenchHosts, way: Way = {}): Promise<number> {
  return lvsform('plan', '--detailed-exitcode', ...(await wayTo(hosts, way)));
}

/** Plan and apply in one process. */
export async function apply(hosts: BenchHosts, way: Way = {}): Promise<number> {
  return lvsform('apply', '--yes', ...(await wayTo(hosts, way)));
}
