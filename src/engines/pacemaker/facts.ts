import type { FailoverFacts } from '../facts-shape.ts';

/** corosync.conf(5) and pacemaker's CIB. */
export const failover: FailoverFacts = {
  defaults: { interval: 1, deadIntervals: 3, key: true },
  starts: ['ldirectord'],
};
