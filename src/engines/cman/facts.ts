import { clusterManagerRefuses, takesNo } from '../cluster-manager.ts';
import type { FailoverFacts } from '../facts-shape.ts';

/** cman(5), and rgmanager with it. */
export const failover: FailoverFacts = {
  // cman takes the cluster's name for a key.
  defaults: { interval: 1, deadIntervals: 3, key: false },
  starts: ['ldirectord'],
  // Only root reads its document.
  fences: { secrets: 'document' },
  has: [],
  refuses: clusterManagerRefuses,
  cannot: takesNo('cman', 'remove it'),
};
