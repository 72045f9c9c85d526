import { type FailureReason, HostFailure } from '../port.ts';

/** The other side closed the connection before the login. sshd does this at its limit MaxStartups; another try helps. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
  /** True if the other side had sent the greeting of an SSH server. */
  readonly greeted: boolean;

  constructor(message: string, greeted: boolean) {
    super(message);
    this.greeted = greeted;
  }
}

/** The host showed a key of another type than its known keys: the next try requests the known types. */
export class OtherKey extends Error {
  override readonly name = 'OtherKey';
}

/** The other side or we have closed the connection: it must not be used again. */
export class ConnectionLost extends HostFailure {
  constructor(message: string, options: { readonly cause?: unknown; readonly output?: string } = {}) {
    super(message, { reason: 'broken', ...options });
  }
}

/** What the library cannot do, and OpenSSH's own client may. */
export class BeyondLibrary extends HostFailure {
  /** What it is, in a few words. */
  readonly what: string;

  constructor(what: string, message: string, reason: FailureReason) {
    super(message, { reason });
    this.what = what;
  }
}

/** Says that something needs OpenSSH's own client, and what to do. */
export function onlyOpenssh(what: string): string {
  return `only OpenSSH’s own client ${what}; use --transport auto or openssh, with openssh-client installed`;
}
