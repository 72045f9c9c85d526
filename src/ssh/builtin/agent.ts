import type { Duplex } from 'node:stream';
import ssh2, { type IdentityCallback, type KnownPublicKeys, type ParsedKey } from 'ssh2';

/** The user's agent, which may hang or be locked: each answer has a limit in milliseconds. */
export class BoundedAgent extends ssh2.OpenSSHAgent {
  readonly #path: string;
  readonly #limit: number;
  readonly #named: readonly Buffer[];
  readonly #only: boolean;

  /** `named`: the public halves of the keys that are offered first, or alone (`only`). */
  constructor(path: string, limit: number, named: readonly Buffer[], only: boolean) {
    super(path);
    this.#path = path;
    this.#limit = limit;
    this.#named = named;
    this.#only = only;
  }

  override getIdentities(answer: IdentityCallback<ParsedKey>): void {
    const isNamed = (key: KnownPublicKeys<ParsedKey>[number]): boolean =>
      'getPublicSSH' in key && this.#named.some((each) => each.equals(key.getPublicSSH()));
    super.getIdentities((error, keys = []) => {
      const others = this.#only ? [] : keys.filter((key) => !isNamed(key));
      answer(error, [...keys.filter(isNamed), ...others]);
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
