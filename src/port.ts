/** A host as the port reaches it. */
export interface Target {
  readonly name: string;
  readonly ssh: {
    readonly host: string;
    readonly user?: string;
    readonly port?: number;
    readonly identity?: string;
    readonly sudo: boolean;
  };
  /** True if only a roster names it, and no inventory: it gets no password, no new trust, and only the user's usual keys. */
  readonly hinted?: true;
}

/** Where a host is reached, and the key that it showed there. */
export interface Way {
  /** `ADDRESS:PORT` of the connection, with its jump host: two machines cannot share one. */
  readonly place: string;
  /** The fingerprint of its host key, `SHA256:...`, once it has been reached. */
  readonly key?: string;
}

/**
 * - `unreachable`: no connection was made.
 * - `refused`: no key was accepted, or there is none to offer.
 * - `host-key`: the host key has changed, is revoked, or is not known.
 * - `sudo`: sudo wants a password, did not accept it, or refuses the user.
 * - `broken`: it was reached, but its shell was killed or ran out of time, or its answer was cut short or too large.
 */
export type FailureReason = 'unreachable' | 'refused' | 'host-key' | 'sudo' | 'broken';

/** Why a host gave no answer, in words; the message beside them says what to do. */
export const failureWords: Record<FailureReason, string> = {
  unreachable: 'unreachable',
  refused: 'refused our login',
  'host-key': 'its host key is not trusted',
  sudo: 'sudo refused us',
  broken: 'gave an incomplete answer',
};

/** A host gave no answer; the message tells users why, and what to do. */
export class HostFailure extends Error {
  override readonly name: string = 'HostFailure';
  readonly reason: FailureReason;
  /** What had been received on standard output (latin1) before it broke. */
  readonly output: string | undefined;

  constructor(
    message: string,
    options: { readonly reason?: FailureReason; readonly cause?: unknown; readonly output?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = options.reason ?? 'unreachable';
    this.output = options.output;
  }
}

/** The one way to hosts: real ones over SSH, or simulated ones. */
export interface Hosts {
  /**
   * Runs a POSIX shell script as root and returns its standard output, one byte in each character (latin1). The script may
   * name any function of `src/host`: those that it names are sent with it. `within` is the limit for the whole script, in
   * milliseconds; `read` is the limit for a script that reads a host and changes nothing. Without `within` a script may run
   * as long as it prints something now and then. Throws HostFailure if the host cannot be reached, or if the script did not
   * run to its end.
   */
  readonly run: (target: Target, script: string, within?: 'read' | number) => Promise<string>;
  /** As `run` with `read`, but over a new connection: proof that the host can be reached now. */
  readonly runAnew: (target: Target, script: string) => Promise<string>;
  /** How a host is reached; undefined if that is not known. It makes no connection. */
  readonly wayTo: (target: Target) => Way | undefined;
  /** Closes the connection: nothing more is to be run on the host. */
  readonly release: (target: Target) => void;
}

/** Time and chance, from outside. */
export interface Clock {
  readonly now: () => Date;
  /** Lower-case hexadecimal digits that nobody can guess. */
  readonly random: () => string;
  readonly sleep: (milliseconds: number) => Promise<void>;
}
