import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../report/user-error.ts';
import { files } from './qemu.ts';

/** What the guest does for us beside booting its hosts; see guest/machine. */
export type Order = readonly ['clock', seconds: string] | readonly ['start' | 'cut', host: string];

/** Milliseconds in which an order must be answered: it is work of a second, under emulation, on a loaded machine. */
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
    throw new UserError(`the lab gave no answer to: ${words.join(' ')}`);
  } finally {
    socket.destroy();
  }
}
