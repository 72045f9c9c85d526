import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Hosts, Target } from '../../src/port.ts';

/** Hosts whose scripts pass through `edit` before they are run. */
export function editing(
  hosts: Hosts,
  edit: (script: string, target: Target) => string | Promise<string>,
): Hosts {
  return {
    run: async (target, script) => hosts.run(target, await edit(script, target)),
    runAnew: (target, script) => hosts.runAnew(target, script),
    release: (target) => hosts.release(target),
    wayTo: (target) => hosts.wayTo(target),
  };
}

/**
 * Hosts on which programs stand before the usual ones, by name: shell text that ends by itself, or goes on to the
 * usual program with the same arguments.
 */
export async function standIns(
  t: ExecutionContext,
  hosts: Hosts,
  programs: Readonly<Record<string, string>>,
): Promise<Hosts> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-bin-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(programs)) {
    const usual = `PATH=\${PATH#*:}\nexec ${name} "$@"\n`;
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n${usual}`, { mode: 0o755 });
  }
  return editing(hosts, (script) => `PATH=${folder}:$PATH\nexport PATH\n${script}`);
}
