import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../report/user-error.ts';
import { files, isRunning, type ProcessId } from './qemu.ts';

/** Milliseconds without a word from the guest after which it is taken for dead: a hundred times what emulation needs. */
const patience = 300_000;

/**
 * Waits until every host answers, by what the guest says on its console. Seconds from `begun` to its kernel, and to the
 * last host. Throws UserError with the console's end where the guest fails.
 */
export async function bootTimes(
  folder: string,
  qemu: ProcessId,
  begun: number,
  up: (host: string, count: number) => void,
): Promise<{ kernel: number; boot: number }> {
  const path = join(folder, files.console);
  let kernel = 0;
  let read = 0;
  let count = 0;
  for (let heard = Date.now(); ; await sleep(50)) {
    const running = await isRunning(qemu);
    const text = await readFile(path, 'latin1').catch(() => '');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length > read) heard = Date.now();
    for (const line of whole.slice(read).split('\n')) {
      const [, , word, host] = /^LAB (\S+) (\w+) ?(.*?)\r?$/.exec(line) ?? [];
      if (word === 'kernel') kernel = (Date.now() - begun) / 1000;
      if (word === 'up') up(host!, (count += 1));
      if (word === 'failed') throw new UserError(`the lab's machine failed: ${host}`);
      if (word === 'ready') return { kernel, boot: (Date.now() - begun) / 1000 };
    }
    read = whole.length;
    if (running && Date.now() - heard < patience) continue;
    const end = whole.trimEnd().split('\n').slice(-8).join('\n');
    throw new UserError(
      `the lab's machine ${running ? `said nothing for ${patience / 1000} s` : 'ended'}; it said last:\n${end}`,
    );
  }
}
