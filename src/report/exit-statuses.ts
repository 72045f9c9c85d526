import type { HostPlan } from '../plan/plan.ts';
import type { Outcome } from './events.ts';

/** A row of the table of exit statuses. */
export interface ExitStatus {
  readonly status: number;
  /** A sentence for people. */
  readonly meaning: string;
  /** The outcomes of a host that lead to it; none for what does not depend on hosts. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Every exit status of every command, the gravest first: where several hold, the first of them counts. The docs are
 * made from it.
 */
export const exitStatuses: readonly ExitStatus[] = [
  {
    status: 1,
    meaning:
      'Something failed: wrong usage, an error, or a host whose change failed or whose answer was cut short.',
    outcomes: ['half-undone', 'failed', 'broken'],
  },
  {
    status: 5,
    meaning: 'A change failed on some host, and the host was put back as it was.',
    outcomes: ['rolled-back'],
  },
  { status: 130, meaning: 'Ctrl-C (SIGINT): nothing more was begun.', outcomes: [] },
  { status: 143, meaning: 'SIGTERM: nothing more was begun.', outcomes: [] },
  { status: 129, meaning: 'The terminal was closed (SIGHUP): nothing more was begun.', outcomes: [] },
  {
    status: 7,
    meaning: 'Some host was changed in part: a part of its plan was done, and a part was not.',
    outcomes: ['in-part'],
  },
  {
    status: 4,
    meaning: 'Some host is no longer what the plan saw, and was left alone.',
    outcomes: ['stale'],
  },
  { status: 6, meaning: 'Some host is locked by another run.', outcomes: ['locked'] },
  {
    status: 1,
    meaning: 'Some host cannot be changed as it is; the plan says why.',
    outcomes: ['blocked'],
  },
  {
    status: 8,
    meaning:
      'Some host refused us: it accepts no key of ours, its host key is not the known one, or sudo refused us.',
    outcomes: ['refused', 'host-key', 'sudo'],
  },
  { status: 3, meaning: 'Some host cannot be reached.', outcomes: ['unreachable'] },
  { status: 1, meaning: 'Some host was skipped, since another one was not ready.', outcomes: ['skipped'] },
  {
    status: 2,
    meaning: 'Only with `plan --detailed-exitcode`: there are changes.',
    outcomes: [],
  },
  {
    status: 0,
    meaning: 'All is done, or there was nothing to do.',
    outcomes: ['ok', 'changed', 'applied'],
  },
];

/** Signals on which apply begins nothing more, with the exit status of a run that ended so. */
export const signalStatuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type StopSignal = keyof typeof signalStatuses;

/** The exit status of a run by what became of its hosts; `stoppedBy` is the signal that stopped it, if one did. */
export function exitStatusOf(outcomes: Iterable<Outcome>, stoppedBy?: StopSignal): number {
  const seen = new Set(outcomes);
  const signal = stoppedBy === undefined ? undefined : signalStatuses[stoppedBy];
  const found = exitStatuses.find(
    (row) => row.status === signal || row.outcomes.some((outcome) => seen.has(outcome)),
  );
  return found?.status ?? 0;
}

/** What it comes to for a host that it could, or could not, be planned. */
export function outcomeOf(state: HostPlan['state']): Outcome {
  if (state.is === 'ready') return 'ok';
  return state.is === 'blocked' ? 'blocked' : state.why;
}
