import { HostFailure } from '../port.ts';

/** A connection that was turned away before it began; sshd's MaxStartups does so, and trying again helps. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
}

/** The connection is gone, by the other side's doing or by ours: it must not be used again. */
export class ConnectionLost extends HostFailure {
  constructor(message: string, options: { readonly cause?: unknown; readonly output?: string } = {}) {
    super(message, { reason: 'broken', ...options });
  }
}
