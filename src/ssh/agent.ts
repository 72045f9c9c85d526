import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';

/** The user's agent, which may hang or be locked: it has so many milliseconds for each answer. */
export class BoundedAgent extends ssh2.OpenSSHAgent {
  readonly #path: string;
  readonly #limit: number;

  constructor(path: string, limit: number) {
    super(path);
    this.#path = path;
    this.#limit = limit;
  }

  /** Each question has a connection of its own, which ends with its answer. */
  override getStream(answer: (error?: Error | null, stream?: Duplex) => void): void {
    super.getStream((error?: Error | null, stream?: Duplex) => {
      if (stream !== undefined) {
        const late = setTimeout(() => stream.destroy(), this.#limit);
        stream.once('close', () => clearTimeout(late));
      }
      answer(error, stream);
    });
  }

  /** What is wrong with it, to people. */
  get trouble(): string {
    return `the agent at ${this.#path} gave no answer within ${this.#limit / 1000} s`;
  }
}
