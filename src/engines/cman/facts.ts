import type { FailoverFacts } from '../facts-shape.ts';

/** cman(5), and rgmanager with it. */
export const failover: FailoverFacts = {
  // cman takes the cluster's name for a key.
  defaults: { interval: 1, deadIntervals: 3, key: false },
  starts: ['ldirectord'],
};
