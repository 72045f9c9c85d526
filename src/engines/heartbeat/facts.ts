import type { FailoverFacts } from '../facts-shape.ts';

/** ha.cf(5). */
export const failover: FailoverFacts = {
  defaults: { interval: 2, deadIntervals: 5, key: true },
  starts: ['ldirectord'],
};
