import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface Message {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  readonly data?: { readonly id?: string; readonly status?: string };
}

/** QEMU's monitor, in its own language for programs (QMP). One command at a time. */
export class Monitor {
  readonly #socket: Socket;
  #answer: { resolve: (message: Message) => void; reject: (error: Error) => void } | undefined;
  readonly #concluded = new Map<string, () => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.#take(JSON.parse(line) as Message));
    const lost = (): void => this.#answer?.reject(new Error('QEMU closed its monitor'));
    socket.once('close', lost);
  }

  static async open(path: string): Promise<Monitor> {
    const socket = connect(path);
    await once(socket, 'connect');
    socket.on('error', () => {});
    const monitor = new Monitor(socket);
    await monitor.command('qmp_capabilities');
    return monitor;
  }

  async command(execute: string, words: object = {}): Promise<unknown> {
    const answer = new Promise<Message>((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
    this.#socket.write(`${JSON.stringify({ execute, arguments: words })}\n`);
    const { error, return: result } = await answer;
    if (error !== undefined) throw new Error(`QEMU refused ${execute}: ${error.desc}`);
    return result;
  }

  /** A command that starts a job; returns when the job has ended. */
  async job(execute: string, words: object): Promise<void> {
    const id = `${execute}-${Math.random().toString(36).slice(2)}`;
    const concluded = new Promise<void>((resolve) => {
      this.#concluded.set(id, resolve);
    });
    await this.command(execute, { 'job-id': id, ...words });
    await concluded;
    const jobs = (await this.command('query-jobs')) as { id: string; error?: string }[];
    await this.command('job-dismiss', { id });
    const error = jobs.find((each) => each.id === id)?.error;
    if (error !== undefined) throw new Error(`QEMU could not ${execute}: ${error}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(message: Message): void {
    const { event, data } = message;
    if (event === 'JOB_STATUS_CHANGE' && data?.status === 'concluded') this.#concluded.get(data.id ?? '')?.();
    if ('return' in message || 'error' in message) this.#answer?.resolve(message);
  }
}
