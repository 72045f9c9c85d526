import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from './places.ts';
import { files, type ProcessId, withMonitor } from './qemu.ts';

/**
 * The questions to QEMU's monitor about a machine that hangs. It is asked several times where the processors are, since a
 * processor that moves is not stuck.
 */
const questions = [
  ['info status', 'info cpus', 'info pic', 'info block'],
  ...[1, 2, 3].map(() => ['info registers -a', 'x /24i $pc', 'x /64gx $rsp']),
].flat();

/**
 * Keeps what may explain why a machine hangs: QEMU's state, its threads, console and log, and how busy this host is. A part
 * that cannot be read says why. Returns the folder, which outlives the lab.
 */
export async function keepEvidence(folder: string, qemu: ProcessId, why: string): Promise<string> {
  const kept = join(cacheFolder(), 'silent', new Date().toISOString().replaceAll(':', '-'));
  await mkdir(kept, { recursive: true });
  for (const name of [files.console, files.log]) {
    await copyFile(join(folder, name), join(kept, name)).catch(async (error: unknown) =>
      writeFile(join(kept, `${name}.missing`), String(error)),
    );
  }
  await writeFile(
    join(kept, 'monitor'),
    await Promise.race([monitorOf(folder), sleep(20_000, 'no answer within 20 s')]),
  );
  await writeFile(
    join(kept, 'host'),
    [why, await threadsOf(qemu), await textOf('/proc/loadavg')].join('\n\n'),
  );
  return kept;
}

async function monitorOf(folder: string): Promise<string> {
  const asked = withMonitor(folder, async (monitor) => {
    const answers = [];
    for (const question of questions) {
      const words = { 'command-line': question };
      answers.push(`# ${question}\n${String(await monitor.command('human-monitor-command', words))}`);
    }
    return answers.join('\n');
  });
  return asked.catch((error: unknown) => `the monitor does not answer: ${String(error)}`);
}

/** What each of QEMU's threads does, and how much processor time it has had. */
async function threadsOf({ pid }: ProcessId): Promise<string> {
  const tasks = `/proc/${pid}/task`;
  const threads = await readdir(tasks).catch(() => []);
  const told = threads.map(async (thread) => {
    const parts = ['comm', 'stat', 'wchan', 'syscall'].map((part) => textOf(join(tasks, thread, part)));
    return `thread ${thread}\n${(await Promise.all(parts)).join('\n')}`;
  });
  return (await Promise.all(told)).join('\n');
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').then(
    (text) => text.trimEnd(),
    (error: unknown) => String(error),
  );
}
