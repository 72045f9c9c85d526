import type { HostPlan } from '../plan/plan.ts';
import type { Outcome, StopSignal } from '../plan/events.ts';

/** The meaning of an exit status: a few words for the help of a command, and a sentence. */
export interface ExitMeaning {
  readonly status: number;
  readonly word: string;
  readonly means: string;
}

/** The one table of the exit statuses of all commands. A number means the same for all of them. */
export const exitMeanings = {
  done: {
    status: 0,
    word: 'done',
    means: 'Everything is done, or there was nothing to do. Nothing is wrong.',
  },
  failed: {
    status: 1,
    word: 'error',
    means:
      'An error: a wrong command line, an inventory with errors, a host that failed or cannot be changed, a check that found something wrong, output that could not be written. The message says which.',
  },
  changes: {
    status: 2,
    word: 'changes',
    means:
      'The hosts differ from the inventory; only with --detailed-exitcode. It comes before 3, 8, and 1 for a host that cannot be changed, so that drift is reported even while a host is away.',
  },
  unreachable: {
    status: 3,
    word: 'some host unreachable',
    means: 'Some host cannot be reached; the others are done.',
  },
  stale: {
    status: 4,
    word: 'stale plan',
    means: 'Some host is no longer what the plan saw; nothing was changed there. Plan again.',
  },
  rolledBack: {
    status: 5,
    word: 'rolled back',
    means: 'A step failed on some host, and everything was undone there.',
  },
  locked: {
    status: 6,
    word: 'locked',
    means: 'Another lvsform is working on some host; nothing was changed there.',
  },
  inPart: {
    status: 7,
    word: 'changed in part',
    means: 'Some host was changed in part: a part of its plan was done, and a part was not.',
  },
  refused: {
    status: 8,
    word: 'some host refused access',
    means:
      'Some host refused access: it accepts none of our keys, its host key is not the known one, or sudo refused.',
  },
  hungUp: { status: 129, word: 'terminal closed', means: 'SIGHUP: nothing more was started.' },
  interrupted: {
    status: 130,
    word: 'interrupted',
    means:
      'Ctrl-C (SIGINT): nothing more was started. After a second Ctrl-C lvsform left at once, and the hosts finish alone.',
  },
  terminated: { status: 143, word: 'terminated', means: 'SIGTERM: nothing more was started.' },
} as const satisfies Record<string, ExitMeaning>;

export type ExitName = keyof typeof exitMeanings;

/** The statuses themselves, by their names. */
export const exit = Object.fromEntries(
  Object.entries(exitMeanings).map(([name, { status }]) => [name, status]),
) as { readonly [Name in ExitName]: (typeof exitMeanings)[Name]['status'] };

/** A row of the order in which hosts' outcomes decide the exit status. */
export interface ExitRow {
  readonly status: number;
  readonly outcomes: readonly Outcome[];
}

/** The gravest first: if several are true, the first of them counts. Signals are among them, without an outcome. */
export const exitStatuses: readonly ExitRow[] = [
  { status: exit.failed, outcomes: ['half-undone', 'failed', 'broken', 'unknown'] },
  { status: exit.rolledBack, outcomes: ['rolled-back'] },
  { status: exit.interrupted, outcomes: [] },
  { status: exit.terminated, outcomes: [] },
  { status: exit.hungUp, outcomes: [] },
  { status: exit.inPart, outcomes: ['in-part'] },
  { status: exit.stale, outcomes: ['stale'] },
  { status: exit.locked, outcomes: ['locked'] },
  { status: exit.failed, outcomes: ['blocked'] },
  { status: exit.refused, outcomes: ['refused', 'host-key', 'sudo'] },
  { status: exit.unreachable, outcomes: ['unreachable'] },
  { status: exit.failed, outcomes: ['skipped'] },
  { status: exit.done, outcomes: ['ok', 'changed', 'applied'] },
];

/** Signals after which apply begins nothing more, with the exit status of such a run. */
export const signalStatuses = {
  SIGINT: exit.interrupted,
  SIGTERM: exit.terminated,
  SIGHUP: exit.hungUp,
} as const satisfies Record<StopSignal, number>;

/** The exit status of a run, from the outcomes of its hosts; `stoppedBy` is the signal that stopped it, if one did. */
export function exitStatusOf(outcomes: Iterable<Outcome>, stoppedBy?: StopSignal): number {
  const seen = new Set(outcomes);
  const signal = stoppedBy === undefined ? undefined : signalStatuses[stoppedBy];
  const found = exitStatuses.find(
    (row) => row.status === signal || row.outcomes.some((outcome) => seen.has(outcome)),
  );
  return found?.status ?? exit.done;
}

/** The outcome for a host by the state of its plan. */
export function outcomeOf(state: HostPlan['state']): Outcome {
  if (state.is === 'ready') return 'ok';
  return state.is === 'blocked' ? 'blocked' : state.why;
}
