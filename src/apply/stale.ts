import type { Answer } from '../shell/answer.ts';
import type { Manifest } from '../observe/manifest.ts';
import { isAlike, since } from '../plan/found.ts';
import { handOverId } from '../plan/hand-over.ts';
import { usableManifest, stillToDo } from '../plan/host.ts';
import type { Ready, Transaction } from '../plan/plan.ts';
import { kindOfId } from '../resources/index.ts';
import type { Change, Stage } from '../resources/kind.ts';
import type { TransactionResult } from './outcome.ts';
import { partsOf, stagesIn } from './parts.ts';

/** Names what is no longer as the plan saw it, unless this very plan has changed it. */
export function stale(
  answer: Answer,
  ready: Ready,
  transaction: Transaction,
  done: readonly Stage[],
): TransactionResult {
  const already = appliedBefore(answer, ready, transaction, done);
  if (already !== undefined) return already;
  const manifest = usableManifest(answer);
  if (!isAlike(manifest, ready.found) && !isOwn(manifest, ready))
    return {
      outcome: 'stale',
      message: `since this plan was made, ${since(manifest, ready.found)}: plan again`,
    };
  const changed = sincePlanned(answer, ready, done).filter(
    (id) => !madeUp(id, answer, ready) && !isUnderWay(id, ready, done),
  );
  if (changed.length === 0)
    return { outcome: 'stale', message: 'it keeps changing', sameInSubstance: answer };
  return {
    outcome: 'stale',
    message: `since this plan was made, this changed: ${changed.join(', ')}; plan again`,
  };
}

/** If this plan has changed the host before: whether the host is as the plan left it. */
function appliedBefore(
  answer: Answer,
  ready: Ready,
  { stages }: Transaction,
  done: readonly Stage[],
): TransactionResult | undefined {
  const manifest = usableManifest(answer);
  if (ready.manifest === undefined) {
    // The plan removes all that is ours: then no manifest is left to tell.
    const gone = manifest === undefined && ready.found !== undefined;
    return gone && sincePlanned(answer, ready, ['prepare', 'retire']).length === 0
      ? {
          outcome: 'applied',
          message: 'what this plan removes is gone already',
          fingerprint: ready.fingerprint,
        }
      : undefined;
  }
  if (!isOwn(manifest, ready)) return undefined;
  const { at = 'an earlier time', by = 'another run', ended: told } = manifest.last ?? {};
  const ended = Array.isArray(told) ? told.map(String) : [];
  const covered = partsOf(stages).every((part) => ended.includes(part));
  if (!covered && ended.length > 0) return undefined;
  const changed = sincePlanned(answer, ready, stagesIn(ended));
  const differs = `${changed.length === 0 ? 'its manifest' : changed.join(', ')}; plan again`;
  if (!covered) {
    return {
      outcome: 'stale',
      message: `this plan was started on it at ${at} by ${by}, and did not finish. This differs: ${differs}`,
    };
  }
  const when = `this plan was applied to it already at ${at} by ${by}`;
  // If a later part has ended, too, the next transaction finds that out by itself.
  const more = stagesIn(ended).some((stage) => !stages.includes(stage) && !done.includes(stage));
  return changed.length === 0
    ? { outcome: 'applied', message: when, ...(more ? { fingerprint: ready.fingerprint } : {}) }
    : { outcome: 'stale', message: `${when}, and since then this changed: ${differs}` };
}

/** True for a manifest that this plan has written. */
function isOwn(manifest: Manifest | undefined, { manifest: next }: Ready): manifest is Manifest {
  return manifest !== undefined && next !== undefined && isAlike(manifest, next);
}

/** Ids of the resources that neither differ from what is wanted as planned nor are as wanted by now. */
export function sincePlanned(answer: Answer, ready: Ready, done: readonly Stage[]): string[] {
  const now = new Map(stillToDo(ready, answer).map((change) => [change.id, describe(change)]));
  const ahead = ready.changes.filter(
    ({ id, actions }) => id !== handOverId && actions.every(({ stage }) => !done.includes(stage)),
  );
  const then = new Map(ahead.map((change) => [change.id, describe(change)]));
  return [...new Set([...now.keys(), ...then.keys()])].filter((id) => now.get(id) !== then.get(id));
}

/** True for a change of which some stages have ended: a new comparison shows only the rest, so its text differs. */
function isUnderWay(id: string, { changes }: Ready, done: readonly Stage[]): boolean {
  const actions = changes.find((each) => each.id === id)?.actions ?? [];
  return (
    actions.some(({ stage }) => done.includes(stage)) && actions.some(({ stage }) => !done.includes(stage))
  );
}

function describe({ verb, details }: Change): string {
  return JSON.stringify([verb, details]);
}

/** True for what remains when a change is undone: a loaded module. */
export function lasts(id: string): boolean {
  return kindOfId(id)?.lasting === true;
}

/** True for what lasts, and has become as wanted since the plan was made: doing it once more does no harm. */
function madeUp(id: string, answer: Answer, ready: Ready): boolean {
  return lasts(id) && stillToDo(ready, answer).every((change) => change.id !== id);
}
