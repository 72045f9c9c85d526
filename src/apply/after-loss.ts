import { type Answer, parseAnswer } from '../shell/answer.ts';
import { type Observation, readObservation } from '../observe/observation.ts';
import { probeScript } from '../observe/probe.ts';
import { UnusableAnswer } from '../shell/unusable.ts';
import { usableManifest, stillToDo } from '../plan/host.ts';
import type { HostPlan, Ready, Transaction } from '../plan/plan.ts';
import type { Surroundings } from '../plan/see.ts';
import { plannedTarget } from '../plan/target.ts';
import { type FailureReason, HostFailure } from '../port.ts';
import { lastStep, type TransactionResult } from './outcome.ts';
import { type HostLock, readLock } from './lock.ts';
import { partsOf } from './parts.ts';
import { stepsOf } from './steps.ts';

/** A transaction whose answer is missing or incomplete. */
export interface Lost {
  readonly planned: HostPlan & { readonly state: Ready };
  readonly transaction: Transaction;
  /** The host's fingerprint before it. */
  readonly fingerprint: string;
  readonly failure: HostFailure;
}

/** Seconds between the questions to a host whose answer was lost. */
const waits = [1, 2, 4, 8, 16, 30];

/** The host refused access before it got anything to do. */
const turnedAway: ReadonlySet<FailureReason> = new Set(['refused', 'host-key', 'sudo']);

/**
 * The answer was lost, or is incomplete. The host ends its transaction alone, so lvsform asks it for the outcome. It assumes
 * nothing, and reports what it has received.
 */
export async function afterLoss(
  lost: Lost,
  { hosts, clock }: Pick<Surroundings, 'hosts' | 'clock'>,
): Promise<TransactionResult> {
  const { planned, failure } = lost;
  const { host, state } = planned;
  const received = parseAnswer(failure.output ?? '', state.frame);
  const began = received.sections('').size > 0;
  if (turnedAway.has(failure.reason) && !began) return { outcome: failure.reason, message: failure.message };
  const { told, output } = lastStep(received, stepsOf(state, lost.transaction.stages));
  const what = [failure.message, ...(told === undefined ? [] : [told])].join('; ');
  const shown = output === undefined ? {} : { output };
  const script = probeScript({ [state.family]: state.resources }, state.frame);
  const target = plannedTarget(planned);
  let last: TransactionResult = { outcome: failure.reason, message: unknown(what, undefined) };
  for (const seconds of waits) {
    await clock.sleep(seconds * 1000);
    try {
      const lock = await readLock(target, hosts, clock);
      if (lock.state !== 'held') {
        const seen = readObservation(await hosts.run(target, script, 'read'), state.frame);
        return { ...becameOf(lost, seen, lock, what), ...shown };
      }
      last = { outcome: 'broken', message: `${what}; ${stillHeld(host, lock)}` };
    } catch (error) {
      if (error instanceof UnusableAnswer)
        last = { outcome: 'broken', message: unknown(what, error.message) };
      else if (error instanceof HostFailure) {
        last = { outcome: error.reason, message: unknown(what, error.message) };
      } else throw error;
    }
  }
  return { ...last, ...shown };
}

function unknown(what: string, since: string | undefined): string {
  const again = since === undefined || what.includes(since) ? '' : `; then: ${since}`;
  return `${what}${again}; the outcome is not known: plan again`;
}

function stillHeld(host: string, { pid, step }: HostLock): string {
  const at = step === undefined ? '' : ` (${step.title})`;
  return `its process${pid === undefined ? '' : ` ${pid}`} is still running${at} and holds the lock. To look: lvsform lock status ${host}; if it hangs: lvsform lock release ${host}`;
}

/** The outcome on the host, once nothing runs there any more. */
function becameOf(
  { planned: { state }, transaction: { stages }, fingerprint }: Lost,
  seen: Observation,
  lock: HostLock,
  what: string,
): TransactionResult {
  const now = { fingerprint: seen.fingerprint };
  const killed =
    lock.state === 'abandoned' ? '; its shell was killed, and the next run takes over its lock' : '';
  if (seen.fingerprint === fingerprint) {
    return { outcome: 'rolled-back', message: `${what}; the host is as it was${killed}`, ...now };
  }
  const left = stillToDo(state, seen.answer).filter(({ actions }) =>
    actions.some(({ stage }) => stages.includes(stage)),
  );
  if (left.length === 0 && hasEnded(seen.answer, state, stages)) {
    return { outcome: 'changed', message: `${what}; it finished all the same`, ...now };
  }
  const missing = left.length === 0 ? 'its manifest' : left.map(({ title }) => title).join(', ');
  return {
    outcome: 'half-undone',
    message: `${what}${killed}; the host is neither as it was nor as planned. This still differs: ${missing}. Look at the host, then plan again`,
    ...now,
  };
}

/** True if the host's manifest says that this part of this plan has ended. */
function hasEnded(answer: Answer, { manifest }: Ready, stages: Transaction['stages']): boolean {
  const there = usableManifest(answer);
  if (manifest === undefined) return there === undefined;
  const ended = there?.plan === manifest.plan ? there.last?.ended : undefined;
  return Array.isArray(ended) && partsOf(stages).every((part) => ended.includes(part));
}
