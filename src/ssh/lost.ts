import { HostFailure } from '../port.ts';

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
