import { Collected } from './collected.ts';
import { ConnectionLost } from './lost.ts';
import type { Channel, Connection } from './transport.ts';

const mebibyte = 1024 * 1024;
/** The limit for a host's answer, in bytes: far above any real one. */
const mostOutput = 32 * mebibyte;
/** The limit for its standard error, in bytes. */
const mostErrors = mebibyte;
const keptErrors = 16 * 1024;
/** Milliseconds that the rest of an answer may take once its command has ended. */
const lingering = 120_000;

/** Limits of one command, in milliseconds. */
export interface CommandLimits {
  /** For opening its session, and for closing it afterwards. */
  readonly session: number;
  /** For silence: how long it may print nothing. */
  readonly silence: number;
  /** For the whole command, however much it prints. */
  readonly whole: number;
}

export interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly code: number | null;
}

/** Runs one command with `input` as its standard input. Throws ConnectionLost after it has cut off the connection. */
export function exec(
  connection: Connection,
  command: string,
  input: string,
  limits: CommandLimits,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const run = new Run(connection, limits, resolve, reject);
    try {
      connection.client.exec(command, (error, channel) => run.opened(error, channel, input));
    } catch (error) {
      run.fail(`the connection is gone: ${String(error)}`);
    }
  });
}

/** One running command. It ends only once, whatever the reason. */
class Run {
  readonly #connection: Connection;
  readonly #limits: CommandLimits;
  readonly #resolve: (ended: Ended) => void;
  readonly #reject: (lost: ConnectionLost) => void;
  readonly #output = new Collected(mostOutput);
  readonly #errors = new Collected(keptErrors);
  readonly #timers: NodeJS.Timeout[] = [];
  #code: number | null | undefined;
  #trouble = '';
  #over = false;

  constructor(
    connection: Connection,
    limits: CommandLimits,
    resolve: (ended: Ended) => void,
    reject: (lost: ConnectionLost) => void,
  ) {
    this.#connection = connection;
    this.#limits = limits;
    this.#resolve = resolve;
    this.#reject = reject;
    connection.client.on('close', this.#cut).on('error', this.#note);
    const late = `it did not answer the request for a session within ${limits.session / 1000} s`;
    this.#after(limits.session, () => this.fail(late));
  }

  opened(error: Error | undefined, channel: Channel, input: string): void {
    if (this.#over) return;
    this.#stopTimers();
    if (error !== undefined) {
      this.fail(
        `it does not let us run a command: ${error.message}; does its sshd allow sessions (MaxSessions)?`,
      );
      return;
    }
    const { silence, whole, session } = this.#limits;
    const quiet = this.#after(silence, () =>
      this.fail(`it said nothing for ${silence / 1000} s (--silence)`),
    );
    this.#after(whole, () => {
      if (this.#code === undefined) this.fail(this.#unfinished(whole));
      else this.#leave();
    });
    const take = (into: Collected, most: number, what: string) => (data: Buffer) => {
      quiet.refresh();
      into.add(data);
      if (into.size > most) this.fail(`it printed more than ${most / mebibyte} MiB of ${what}`);
    };
    channel.on('data', take(this.#output, mostOutput, 'output'));
    channel.stderr.on('data', take(this.#errors, mostErrors, 'errors'));
    channel.on('exit', (status: number | null) => {
      if (this.#over) return;
      this.#code = status;
      // The rest of the answer may take some time; a session that remains open without data is given up.
      this.#after(lingering, () => this.#leave());
      const closing = this.#after(session, () => this.#leave());
      channel.on('data', () => closing.refresh());
    });
    channel.on('close', () => this.#close());
    channel.on('error', this.#note);
    channel.end(input);
  }

  /** Cuts off the connection: it must not be used again, and must not keep the process running. */
  fail(message: string): void {
    if (this.#over) return;
    this.#finish();
    this.#connection.drop();
    this.#reject(new ConnectionLost(message, { output: this.#output.text('latin1') }));
  }

  readonly #cut = (): void => this.fail(`the connection was lost${this.#trouble}`);

  readonly #note = (error: Error): void => {
    this.#trouble = ` (${error.message})`;
  };

  #close(): void {
    if (this.#code === undefined) this.#cut();
    else this.#end(this.#code);
  }

  /** The command has ended, but its session was not closed: the answer counts, the connection is given up. */
  #leave(): void {
    this.#end(this.#code ?? null);
    this.#connection.drop();
  }

  #end(code: number | null): void {
    if (this.#over) return;
    this.#finish();
    this.#resolve({ output: this.#output.text('latin1'), errors: this.#errors.text('utf8'), code });
  }

  #finish(): void {
    this.#over = true;
    this.#stopTimers();
    this.#connection.client.removeListener('close', this.#cut).removeListener('error', this.#note);
  }

  #unfinished(whole: number): string {
    const heard = this.#output.size + this.#errors.size > 0;
    return `it did not ${heard ? 'finish its answer' : 'answer'} within ${whole / 1000} s`;
  }

  #after(limit: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(act, limit);
    this.#timers.push(timer);
    return timer;
  }

  #stopTimers(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }
}
