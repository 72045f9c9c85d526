import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.ts';

/** Has a simulated host run `script` each time before it runs a command; the command's words are the script's. */
export async function beforeCommand(
  { sim }: Pick<World, 'sim'>,
  host: string,
  command: string,
  script: string,
): Promise<void> {
  const folder = join(sim.root(host), '.sim/bin');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, command),
    `#!/bin/sh\n${script}\nPATH=\${PATH#*:}\nexport PATH\nexec ${command} "$@"\n`,
  );
  await chmod(join(folder, command), 0o755);
}

/** A shell line that kills the process which holds the host's lock, as the kernel does where memory runs out. */
export const killHolder =
  'owner=$(readlink "$LVSFORM_ROOT/var/lib/lvsform/lock/owner"); kill -9 "${owner%%-*}"';
