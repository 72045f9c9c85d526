import { parseAnswer, type Answer, linesOf } from '../observe/answer.ts';
import { handOverId } from '../plan/hand-over.ts';
import { stillToDo } from '../plan/host.ts';
import type { Ready, Transaction } from '../plan/plan.ts';
import type { HostResult } from '../report/events.ts';
import { kindNamed } from '../resources/index.ts';
import type { Change, Stage } from '../resources/kind.ts';
import type { Step } from './steps.ts';
import { lockPath } from './transaction.ts';

/** What a transaction came to. */
export interface TransactionResult extends Omit<HostResult, 'host'> {
  /** The host's fingerprint now. */
  readonly fingerprint?: string;
  /** What was read where only the fingerprint differs, not what it stands for: the transaction may be begun again. */
  readonly sameInSubstance?: Answer;
}

/** Reads what `transactionScript` printed. `done` are the stages that earlier transactions of the host have ended. */
export function readOutcome(
  raw: string,
  ready: Ready,
  transaction: Transaction,
  steps: readonly Step[],
  done: readonly Stage[] = [],
): TransactionResult {
  const answer = parseAnswer(raw, ready.frame);
  const [said] = answer.sections('outcome ').keys();
  const fingerprint = answer.fingerprint;
  const now = fingerprint === undefined ? {} : { fingerprint };
  switch (said) {
    case 'committed':
      return { ...committed(answer, ready, transaction), ...now };
    case 'rolled-back':
      return { outcome: 'rolled-back', ...failure(answer, steps, 'the host is as it was'), ...now };
    case 'half-undone':
      return { ...undone(answer, ready, steps, done), ...now };
    case 'stale':
      return { ...stale(answer, ready, transaction, done), ...now };
    case 'locked':
      return { outcome: 'locked', message: lockedBy(answer.section('holder')) };
    default:
      return {
        outcome: 'failed',
        message: 'the answer is cut short; plan again to see what the host has',
        output: raw.slice(-2000),
      };
  }
}

/** A commit is believed only when the host, read again, has what was wanted. */
function committed(answer: Answer, ready: Ready, { stages }: Transaction): TransactionResult {
  const left = stillToDo(ready, answer).filter(({ actions }) =>
    actions.some(({ stage }) => stages.includes(stage)),
  );
  if (left.length === 0) return { outcome: 'changed' };
  return {
    outcome: 'failed',
    message: `everything was done, and still it differs: ${titles(left)}`,
    output: [...answer.sections('step ').values()].filter((text) => text.trim() !== '').join('\n'),
  };
}

/** The host differs from what it was: in something that lasts (a loaded module), or in more. */
function undone(
  answer: Answer,
  ready: Ready,
  steps: readonly Step[],
  done: readonly Stage[],
): TransactionResult {
  const lasts = (id: string): boolean => kindNamed(id.split(':')[0]!)?.lasting === true;
  const changed = sincePlanned(answer, ready, done);
  if (changed.every(lasts)) {
    const end = `the host is as it was${changed.length > 0 ? `, but for ${changed.join(', ')}` : ''}`;
    return { outcome: 'rolled-back', ...failure(answer, steps, end) };
  }
  const end = `and not everything could be undone: look at ${changed.join(', ')}, then plan again`;
  return { outcome: 'half-undone', ...failure(answer, steps, end) };
}

function failure(answer: Answer, steps: readonly Step[], end: string): Omit<HostResult, 'host' | 'outcome'> {
  const [at] = answer.sections('failed ').keys();
  const title = titleOf(steps, Number(at));
  const output = [answer.section(`step ${at}`), answer.section(`failed ${at}`)]
    .filter(Boolean)
    .join('\n')
    .trim();
  return { message: `could not ${title}; ${end}`, ...(output === '' ? {} : { output }) };
}

/** The step before all others keeps copies; the one after them waits for a word over a new connection. */
function titleOf(steps: readonly Step[], at: number): string {
  if (at === 0) return 'keep a copy of what is there';
  return steps[at - 1]?.title ?? 'be reached over a new connection after the change';
}

/** Names what is no longer as the plan saw it. */
function stale(
  answer: Answer,
  ready: Ready,
  { stages }: Transaction,
  done: readonly Stage[],
): TransactionResult {
  const written = answer.section('manifest');
  const applied = /"plan": "([^"]+)"/.exec(written ?? '')?.[1];
  if (applied !== ready.applied && stages.includes('prepare')) {
    const by =
      applied === undefined ? 'what lvsform had put there was taken away' : `plan ${applied} was applied`;
    return { outcome: 'stale', message: `since this plan was made, ${by}: plan again` };
  }
  const changed = sincePlanned(answer, ready, done);
  if (changed.length === 0)
    return { outcome: 'stale', message: 'it changes all the time', sameInSubstance: answer };
  return {
    outcome: 'stale',
    message: `since this plan was made, this changed: ${changed.join(', ')}; plan again`,
  };
}

/** Ids of the resources whose difference to what is wanted is no longer the one that was planned, and not yet made up. */
function sincePlanned(answer: Answer, ready: Ready, done: readonly Stage[]): string[] {
  const now = new Map(stillToDo(ready, answer).map((change) => [change.id, describe(change)]));
  const ahead = ready.changes.filter(
    ({ id, actions }) => id !== handOverId && actions.every(({ stage }) => !done.includes(stage)),
  );
  const then = new Map(ahead.map((change) => [change.id, describe(change)]));
  return [...new Set([...now.keys(), ...then.keys()])].filter((id) => now.get(id) !== then.get(id));
}

function describe({ verb, details }: Change): string {
  return JSON.stringify([verb, details]);
}

function titles(changes: readonly Change[]): string {
  return changes.map(({ title }) => title).join(', ');
}

function lockedBy(holder: string | undefined): string {
  const [who, since, why] = linesOf(holder);
  if (who === undefined) {
    return `somebody just took the lock; try again. If nobody did, remove ${lockPath} on the host`;
  }
  return `locked by ${who} since ${since} (${why}); wait for it to end. A lock whose process has died is taken over by itself`;
}
