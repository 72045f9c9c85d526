import type { Duplex } from 'node:stream';
import ssh2, { type IdentityCallback, type KnownPublicKeys, type ParsedKey } from 'ssh2';

/** The user's agent, which may hang or be locked: each answer has a limit in milliseconds. */
export class BoundedAgent extends ssh2.OpenSSHAgent {
  readonly #path: string;
  readonly #limit: number;
  readonly #only: readonly Buffer[] | undefined;

  /** `only`: the public halves of the keys that may be offered; undefined for all of the agent's. */
  constructor(path: string, limit: number, only?: readonly Buffer[]) {
    super(path);
    this.#path = path;
    this.#limit = limit;
    this.#only = only;
  }

  override getIdentities(answer: IdentityCallback<ParsedKey>): void {
    const only = this.#only;
    super.getIdentities((error, keys) => {
      const may = (key: KnownPublicKeys<ParsedKey>[number]): boolean =>
        only === undefined || ('getPublicSSH' in key && only.some((each) => each.equals(key.getPublicSSH())));
      answer(error, keys?.filter(may));
    });
  }

  /** Each question has its own connection, which ends with the answer. */
  override getStream(answer: (error?: Error | null, stream?: Duplex) => void): void {
    super.getStream((error?: Error | null, stream?: Duplex) => {
      if (stream !== undefined) {
        const late = setTimeout(() => stream.destroy(), this.#limit);
        stream.once('close', () => clearTimeout(late));
      }
      answer(error, stream);
    });
  }

  /** What is wrong with the agent, in words. */
  get trouble(): string {
    return `the agent at ${this.#path} gave no answer within ${this.#limit / 1000} s`;
  }
}
