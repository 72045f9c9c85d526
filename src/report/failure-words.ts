import type { FailureReason } from '../port.ts';

/** How it is told that a host gave no answer; the message beside it says what to do. */
export const failureWords: Record<FailureReason, string> = {
  unreachable: 'unreachable',
  refused: 'refused our login',
  'host-key': 'its host key is not trusted',
  sudo: 'sudo refused us',
  broken: 'gave no whole answer',
};
