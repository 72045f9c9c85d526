import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../user-error.ts';
import type { PowerVerb } from './power.ts';
import { files } from './qemu.ts';
import type { Lab } from './store.ts';

/** An order to the guest, beside booting its hosts; see guest/machine. */
export type Order = readonly ['clock', seconds: string] | readonly [PowerVerb, host: string];

/** Milliseconds in which an order must be answered: it takes a second, but more under emulation on a busy machine. */
const patience = 120_000;

/** Gives the guest an order over its second serial line and waits for the answer. */
export async function order(folder: string, words: Order): Promise<void> {
  const socket = connect(join(folder, files.orders));
  await once(socket, 'connect');
  const id = Math.random().toString(36).slice(2);
  const timeout = AbortSignal.timeout(patience);
  timeout.addEventListener('abort', () => socket.destroy());
  try {
    socket.write(`${id} ${words.join(' ')}\n`);
    for await (const line of createInterface({ input: socket })) {
      const [to, status, ...text] = line.trim().split(' ');
      if (to !== id) continue;
      if (status === '0') return;
      throw new UserError(`the lab could not ${words.join(' ')}: ${text.join(' ')}`);
    }
    throw new UserError(`the lab did not answer: ${words.join(' ')}`);
  } finally {
    socket.destroy();
  }
}

/** Waits until a host's sshd sends its greeting. Throws UserError if it does not. */
export async function answers({ machines }: Pick<Lab, 'machines'>, host: string): Promise<void> {
  const port = machines.find(({ name }) => name === host)!.port;
  for (const begun = Date.now(); Date.now() - begun < patience; await sleep(200)) {
    if ((await greeting(port)).startsWith('SSH-')) return;
  }
  throw new UserError(`${host} was started, but does not answer after ${patience / 1000} s`);
}

/** The first data from a port of this machine; empty if the other end closes it, or sends nothing for two seconds. */
async function greeting(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1').setTimeout(2000, () => socket.destroy());
  try {
    for await (const data of socket) return String(data);
    return '';
  } catch {
    return '';
  } finally {
    socket.destroy();
  }
}
