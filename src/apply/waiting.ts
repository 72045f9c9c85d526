import type { Ready } from '../plan/plan.ts';
import { restOfWait } from '../resources/drain-wait.ts';
import type { Stage } from '../resources/kind.ts';

/**
 * What is left to wait for on a host: where an earlier transaction began a drain, its time has been running since then.
 * `ended`: seconds since each stage ended in this run; a stage that is missing began no drain, or in this transaction.
 */
export function inTime(ready: Ready, ended: ReadonlyMap<Stage, number>): Ready {
  const changes = ready.changes.map((change) => {
    const actions = change.actions.map((action) =>
      action.do === 'run' && action.waitsFrom !== undefined
        ? restOfWait(action, ended.get(action.waitsFrom) ?? 0)
        : action,
    );
    return { ...change, actions };
  });
  return { ...ready, changes };
}
