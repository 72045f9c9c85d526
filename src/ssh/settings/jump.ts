import { type Answer, one } from './answer.ts';

/** The jump hosts of an answer, the nearest one first: `[user@]host[:port]` each. */
export function hopsOf(answer: Answer): string[] {
  const jump = one(answer, 'proxyjump');
  // Of ProxyJump and ProxyCommand, OpenSSH uses the one that comes first.
  return jump === undefined || one(answer, 'proxycommand') !== undefined
    ? []
    : jump.split(',').map((each) => each.trim());
}
