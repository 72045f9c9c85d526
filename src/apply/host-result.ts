import type { HostPlan, Ready, Transaction } from '../plan/plan.ts';
import { type HostResult, type LeftPart, type Outcome, outcomes, type Part } from '../plan/events.ts';
import { isTaking } from '../resources/kind.ts';
import { few } from '../text/few.ts';
import type { TransactionResult } from './outcome.ts';

/** A transaction of a host, and its result. */
export interface Ended {
  readonly transaction: Transaction;
  readonly result: TransactionResult;
}

/** Which part of its host's plan a transaction is. */
export function partOf({ stages }: Pick<Transaction, 'stages'>): Part {
  const [first] = stages;
  if (first === undefined) return 'roster';
  if (isTaking(first)) return 'take';
  return stages.length === 1 ? first : 'change';
}

/** True if what a transaction does is there now: another one that needs it may begin. */
export function isDone(outcome: Outcome | undefined): boolean {
  return outcome === 'changed' || outcome === 'applied';
}

/** How a message says that a part was done; with "not " before it, that it was not. */
const doneWords: Record<Part, string> = {
  change: 'changed',
  prepare: 'prepared',
  take: 'given its VIPs',
  retire: 'retired',
  roster: 'written into the roster',
};

/** After these the state of the host is not known for sure, or more is wrong with it than a missing part. */
const grave: ReadonlySet<Outcome> = new Set(['half-undone', 'failed', 'broken', 'unreachable']);
/** After these it is not known whether the part was done. */
const unsure: ReadonlySet<Outcome> = new Set(['broken', 'unreachable']);

/** The result of a host, from the results of its transactions: what was done, what was not, and why. */
export function hostResult({ host, state }: HostPlan, ended: readonly Ended[]): HostResult {
  if (state.is === 'unreachable') return { host, outcome: state.why, message: state.reason };
  if (state.is === 'blocked') return { host, outcome: 'blocked', message: state.reasons.join('; ') };
  if (ended.length === 0) return { host, outcome: 'ok' };
  const done = ended.filter(({ result }) => isDone(result.outcome));
  const left = ended
    .filter(({ result }) => !isDone(result.outcome))
    .toSorted((a, b) => outcomes.indexOf(a.result.outcome) - outcomes.indexOf(b.result.outcome));
  const [worst] = left;
  if (worst === undefined) return allDone(host, done);
  const parts = {
    done: done.map(({ transaction }) => partOf(transaction)),
    left: left.map((each) => leftPart(each)),
  };
  const told = { host, ...withOutput(worst.result) };
  if (ended.length === 1) return { ...told, ...withMessage(worst.result.message) };
  if (done.length === 0) return { ...told, ...withMessage(worst.result.message), ...parts };
  return {
    ...told,
    outcome: grave.has(worst.result.outcome) ? worst.result.outcome : 'in-part',
    message: [
      ...parts.done.map((part) => doneWords[part]),
      ...parts.left.map(leftText),
      ...leftDraining(state, parts),
    ].join('; '),
    ...parts,
  };
}

function allDone(host: string, done: readonly Ended[]): HostResult {
  const now = done.filter(({ result }) => result.outcome === 'changed');
  const [already] = done.filter(({ result }) => result.outcome === 'applied');
  const messages = now.flatMap(({ result }) => result.message ?? []);
  if (now.length === 0 && already !== undefined) {
    return { host, outcome: 'applied', ...withMessage(already.result.message) };
  }
  if (already !== undefined) {
    messages.unshift(`${doneWords[partOf(already.transaction)]} already: ${already.result.message ?? ''}`);
  }
  return {
    host,
    outcome: 'changed',
    ...withMessage(messages.length === 0 ? undefined : messages.join('; ')),
  };
}

function leftPart({ transaction, result: { outcome, message } }: Ended): LeftPart {
  return { part: partOf(transaction), outcome, ...withMessage(message) };
}

/** "not retired, since lb1 is locked", "not retired: could not ...", "it is not known whether it was retired: ...". */
function leftText({ part, outcome, message }: LeftPart): string {
  const what = doneWords[part];
  if (unsure.has(outcome)) return `it is not known whether it was ${what}: ${message ?? outcome}`;
  return outcome === 'skipped'
    ? `not ${what}, since ${message ?? 'it was not started'}`
    : `not ${what}: ${message ?? outcome}`;
}

/** Real servers that have weight 0, and are not removed: a later plan does one or the other. */
function leftDraining(
  { changes, drainsFirst }: Ready,
  { done, left }: Required<Pick<HostResult, 'done' | 'left'>>,
): string[] {
  const retire = left.find(({ part }) => part === 'retire');
  if (drainsFirst !== true || !done.includes('prepare') || retire === undefined || unsure.has(retire.outcome))
    return [];
  const leavers = changes.flatMap(({ actions }) =>
    actions.flatMap((action) =>
      action.do === 'run' && action.waitsFrom !== undefined ? [action.title.replace(/^drain /, '')] : [],
    ),
  );
  return [
    `weight 0 (no new connections) is left on ${few(leavers)}: plan again and apply, with or without ${leavers.length === 1 ? 'it' : 'them'}`,
  ];
}

function withMessage(message: string | undefined): { message?: string } {
  return message === undefined ? {} : { message };
}

function withOutput({ outcome, output }: TransactionResult): { outcome: Outcome; output?: string } {
  return { outcome, ...(output === undefined ? {} : { output }) };
}
