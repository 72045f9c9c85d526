import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reached } from './hosts.ts';
import { run, type Took } from './process.ts';

/** How many hosts both sides work on at once. */
export const parallelism = 50;

/** What a script prints when it has come to its end. */
const finished = 'finished';

/**
 * OpenSSH's client as an operator starts it from a shell: one process a host, so many at once, a script on its standard
 * input. Throws where a script fails or is cut short.
 */
export async function overSsh(
  hosts: Reached,
  scripts: ReadonlyMap<string, string>,
  config?: string,
): Promise<Took> {
  const folder = join(hosts.folder, 'scripts');
  await mkdir(folder, { recursive: true });
  for (const [name, script] of scripts)
    await writeFile(join(folder, name), `set -e\n${script}\necho ${finished}\n`);
  const file = config ?? (await hosts.config());
  const one = `exec ssh -F ${file} NAME sh < NAME > NAME.out 2> NAME.err`;
  const took = await run(['xargs', '-P', String(parallelism), '-I', 'NAME', 'sh', '-c', one], {
    input: [...scripts.keys()].map((name) => `${name}\n`).join(''),
    cwd: folder,
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await saidIn(folder, scripts)}`);
  });
  for (const name of scripts.keys()) {
    const text = await readFile(join(folder, `${name}.out`), 'utf8');
    if (!text.endsWith(`${finished}\n`)) throw new Error(`the script on ${name} did not come to its end`);
  }
  return took;
}

async function saidIn(folder: string, scripts: ReadonlyMap<string, string>): Promise<string> {
  const texts = await Promise.all(
    [...scripts.keys()].map((name) => readFile(join(folder, `${name}.err`), 'utf8').catch(() => '')),
  );
  return texts
    .filter((text) => text !== '')
    .slice(0, 3)
    .join('\n');
}
