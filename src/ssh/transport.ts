/** One command on its way: what it prints, and how it ended (`exit`, then `close`). */
export interface Channel {
  readonly on: (event: 'data' | 'exit' | 'close' | 'error', listener: (value: never) => void) => unknown;
  readonly stderr: { readonly on: (event: 'data', listener: (data: Buffer) => void) => unknown };
  /** Gives it a part of its input. */
  readonly write: (input: string) => unknown;
  /** Gives it its whole input, or the rest. */
  readonly end: (input: string) => unknown;
}

/** What runs commands on a host; it says `close` when it is gone, and `error` before that where it knows why. */
export interface Runner {
  exec(command: string, answer: (error: Error | undefined, channel: Channel) => void): unknown;
  on(event: 'close' | 'error', listener: (error: Error) => void): this;
  once(event: 'close', listener: () => void): this;
  removeListener(event: 'close' | 'error', listener: (error: Error) => void): this;
}

/** An authenticated connection. */
export interface Connection {
  readonly client: Runner;
  /** Says goodbye, and does not wait long for an answer to that. */
  readonly end: () => void;
  /** Cuts it off at once: nothing of it keeps the process from ending. */
  readonly drop: () => void;
}

/**
 * Who speaks SSH: the library in this process, or OpenSSH's own client. `auto` takes the library, and OpenSSH where a
 * host needs what only that can do.
 */
export type Transport = 'auto' | 'builtin' | 'openssh';
