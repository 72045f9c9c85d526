import { parseAnswer, type Answer, linesOf } from '../shell/answer.ts';
import { stillToDo } from '../plan/host.ts';
import type { Ready, Transaction } from '../plan/plan.ts';
import { short } from '../text/clean.ts';
import type { HostResult } from '../plan/events.ts';
import type { Change, Stage } from '../resources/kind.ts';
import { lasts, sincePlanned, stale } from './stale.ts';
import type { Step } from './steps.ts';

/** The result of a transaction. */
export interface TransactionResult extends Omit<HostResult, 'host'> {
  /** The host's fingerprint now. */
  readonly fingerprint?: string;
  /** The answer, if only the fingerprint differs and nothing that the plan depends on: the transaction may be begun again. */
  readonly sameInSubstance?: Answer;
  /** Where a host that has nothing of ours any more has moved what lvsform kept there. */
  readonly aside?: string;
}

/** How many characters of a step's output, and of a host's words in a message, are kept at most. */
const mostOutput = 65_536;
const mostSaid = 2000;

/** Reads the output of `transactionScript`. `done` are the stages that earlier transactions of the host have ended. */
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
      return { ...committed(answer, ready, transaction), ...asideIn(answer), ...now };
    case 'rolled-back':
      return { outcome: 'rolled-back', ...failure(answer, steps, asItWas(done)), ...now };
    case 'half-undone':
      return { ...undone(answer, ready, steps, done), ...now };
    case 'stale':
      return { ...now, ...stale(answer, ready, transaction, done) };
    case 'no-lock':
      return { outcome: 'failed', message: notWritable(answer.section('outcome no-lock')) };
    case 'locked':
      return { outcome: 'locked', message: lockedBy(transaction.host, answer.section('holder')) };
    default:
      return { outcome: 'broken', message: 'its answer was cut short' };
  }
}

/** A commit counts only if the host, read again, has everything that was wanted. */
function committed(answer: Answer, ready: Ready, { stages }: Transaction): TransactionResult {
  const left = stillToDo(ready, answer).filter(({ actions }) =>
    actions.some(({ stage }) => stages.includes(stage)),
  );
  if (left.length === 0) return { outcome: 'changed' };
  return {
    outcome: 'failed',
    message: `every step succeeded, and still the host differs: ${titles(left)}`,
    output: short(
      [...answer.sections('step ').values()].filter((text) => text.trim() !== '').join('\n'),
      mostOutput,
    ),
  };
}

function asideIn(answer: Answer): Pick<TransactionResult, 'aside'> {
  const aside = answer.section('aside')?.trim();
  return aside !== undefined && /^var\/lib\/lvsform\.removed\.[\w-]+$/.test(aside) ? { aside } : {};
}

/** The steps were undone: the host is as it was, except for what lasts (a loaded module), or more still differs. */
function undone(
  answer: Answer,
  ready: Ready,
  steps: readonly Step[],
  done: readonly Stage[],
): TransactionResult {
  const changed = sincePlanned(answer, ready, done);
  if (changed.every(lasts)) {
    const end = `${asItWas(done)}${changed.length > 0 ? `, except for ${changed.join(', ')}` : ''}`;
    return { outcome: 'rolled-back', ...failure(answer, steps, end) };
  }
  const end = `and not everything could be undone: look at ${changed.join(', ')}, then plan again`;
  return { outcome: 'half-undone', ...failure(answer, steps, end) };
}

function asItWas(done: readonly Stage[]): string {
  return `the host is as it was${done.length === 0 ? '' : ' before this part'}`;
}

function failure(answer: Answer, steps: readonly Step[], end: string): Omit<HostResult, 'host' | 'outcome'> {
  const [at = ''] = answer.sections('failed ').keys();
  const title = titleOf(steps, at, answer.section('ended')?.trim());
  const output = [answer.section(`step ${at}`), answer.section(`failed ${at}`)]
    .filter(Boolean)
    .join('\n')
    .trim();
  return {
    message: `could not ${title}; ${end}`,
    ...(output === '' ? {} : { output: short(output, mostOutput) }),
  };
}

/** The last step that an incomplete answer names, in words, and what that step printed. */
export function lastStep(answer: Answer, steps: readonly Step[]): { told?: string; output?: string } {
  const [at] = [...answer.sections('step ').keys()].slice(-1);
  if (at === undefined) return {};
  const place = /^\d+$/.test(at) ? ` (${at} of ${steps.length})` : '';
  const told = `the last step that it started: ${titleOf(steps, at, undefined)}${place}`;
  const output = answer.section(`step ${at}`)?.trim();
  return { told, ...(output === undefined || output === '' ? {} : { output: short(output, mostOutput) }) };
}

/** What a transaction does beside its steps, by the words that its script prints. */
const otherSteps: Readonly<Record<string, string>> = {
  look: 'read what the host has',
  keep: 'keep a copy of what is there',
  confirm: 'be reached over a new connection after the change',
  commit: 'record in /var/lib/lvsform what was done',
};

/** What failed; `ended` says what ended it, if anything did: its limit in seconds, or a release of the lock. */
function titleOf(steps: readonly Step[], at: string, ended: string | undefined): string {
  const title = otherSteps[at] ?? steps[Number(at) - 1]?.title ?? `do step ${at}`;
  if (ended === undefined || ended === '') return title;
  return ended === 'release'
    ? `${title}, since lvsform lock release ended it`
    : `${title} within ${ended} s, so it was ended`;
}

/** The reason is the end of what the host's tool printed: the kernel's message. */
function notWritable(reason: string | undefined): string {
  const why = short((reason ?? '').trim().split('\n').at(-1) ?? '', mostSaid);
  return `could not take the lock in /var/lib/lvsform: ${why === '' ? 'it cannot be written' : why.slice(why.lastIndexOf(': ') + 1).trim()}`;
}

function titles(changes: readonly Change[]): string {
  return changes.map(({ title }) => title).join(', ');
}

function lockedBy(host: string, holder: string | undefined): string {
  const [who, since, why] = linesOf(holder).map((text) => short(text));
  const look = `lvsform lock status ${host}`;
  if (who === undefined) return `another run took the lock just now; try again. To look: ${look}`;
  return `locked by ${who} since ${since} (${why}); wait for it to end. To look: ${look}; if it hangs: lvsform lock release ${host}`;
}
