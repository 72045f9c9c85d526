import { HostFailure } from '../port.ts';

/** A connection that the other side closed before the login; sshd's MaxStartups does so, and trying again helps. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
  /** True where the other side had greeted as an SSH server. */
  readonly greeted: boolean;

  constructor(message: string, greeted: boolean) {
    super(message);
    this.greeted = greeted;
  }
}

/** The host showed a key of another type than those that are known for it: it is to be asked for one of them. */
export class OtherKey extends Error {
  override readonly name = 'OtherKey';
}

/** The connection is gone, by the other side's doing or by ours: it must not be used again. */
export class ConnectionLost extends HostFailure {
  constructor(message: string, options: { readonly cause?: unknown; readonly output?: string } = {}) {
    super(message, { reason: 'broken', ...options });
  }
}
