import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../user-error.ts';
import { files, isRunning, type ProcessId, processorSeconds } from './qemu.ts';

/** A guest that runs but makes no progress. The message contains the end of its console. */
export class SilentGuest extends Error {
  override readonly name = 'SilentGuest';
}

/** Seconds from the machine's start. */
export interface BootTimes {
  readonly kernel: number;
  /** Until the last host answered. */
  readonly boot: number;
}

/** How many seconds may pass without a new line of ours on the console before a machine counts as dead. */
export interface Patience {
  /** Seconds of processor time that QEMU has used, so that a slow or busy machine does not count. */
  readonly processor: number;
  /** Seconds that have passed. */
  readonly passed: number;
}

interface Watched {
  readonly folder: string;
  readonly qemu: ProcessId;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly patience: Patience;
}

/**
 * Waits until every host answers, by the guest's lines on its console. Throws UserError with the console's end if the guest or
 * QEMU fails, and SilentGuest if the guest prints nothing for too long.
 */
export async function bootTimes(
  { folder, qemu, begun, patience }: Watched,
  up: (host: string, count: number) => void,
): Promise<BootTimes> {
  const path = join(folder, files.console);
  let kernel = 0;
  let read = 0;
  let count = 0;
  let heard = { at: Date.now(), used: 0 };
  for (; ; await sleep(50)) {
    const running = await isRunning(qemu);
    const text = await readFile(path, 'latin1').catch(() => '');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const used = await processorSeconds(qemu);
    for (const line of whole.slice(read).split('\n')) {
      const [, , word, host] = /^LAB (\S+) (\w+) ?(.*?)\r?$/.exec(line) ?? [];
      if (word !== undefined) heard = { at: Date.now(), used };
      if (word === 'kernel') kernel = (Date.now() - begun) / 1000;
      if (word === 'up') up(host!, (count += 1));
      if (word === 'failed') throw new UserError(`the lab's machine failed: ${host}`);
      if (word === 'ready') return { kernel, boot: (Date.now() - begun) / 1000 };
    }
    read = whole.length;
    const end = text.trimEnd().split('\n').slice(-8).join('\n') || '(nothing)';
    if (!running) throw new UserError(`the lab's machine ended; the end of its console:\n${end}`);
    const [passed, spent] = [(Date.now() - heard.at) / 1000, used - heard.used];
    if (passed < patience.passed && spent < patience.processor && !lockedUp(text)) continue;
    throw new SilentGuest(
      `the lab's machine has made no progress for ${passed.toFixed(0)} s (${spent.toFixed(0)} s of processor time); the end of its console:\n${end}`,
    );
  }
}

/** True if the guest's kernel reports that a processor has been stuck for a minute. */
function lockedUp(text: string): boolean {
  return [...text.matchAll(/soft lockup - CPU#\d+ stuck for (\d+)s/g)].some(
    ([, seconds]) => Number(seconds) >= 60,
  );
}
