/** The version of the JSON lines. */
export const eventVersion = 1;

/** What can become of a host, the gravest first. */
export const outcomes = [
  'half-undone',
  'failed',
  /** It was reached, and gave an incomplete answer: its shell was killed, hangs, or the answer was cut short. */
  'broken',
  'rolled-back',
  /** A part of the host's plan was done, and a part was not. */
  'in-part',
  'stale',
  'locked',
  'blocked',
  /** It accepts no key of ours. */
  'refused',
  'host-key',
  'sudo',
  'unreachable',
  'skipped',
  'ok',
  'changed',
  /** The same plan was applied to the host before, and the host still is as it left it. */
  'applied',
] as const;

export type Outcome = (typeof outcomes)[number];

/** A part of a host's plan that was not done. */
export interface LeftPart {
  readonly part: Part;
  readonly outcome: Outcome;
  readonly message?: string;
}

/**
 * `prepare` makes ready, `retire` takes away, `change` is both in one, `take` raises the VIPs that another director gave
 * up, `roster` writes who else is in the cluster.
 */
export type Part = 'change' | 'prepare' | 'take' | 'retire' | 'roster';

/** What became of one host. */
export interface HostResult {
  readonly host: string;
  readonly outcome: Outcome;
  /** Why, where the outcome needs a reason. */
  readonly message?: string;
  /** What the host printed when something went wrong, cleaned. */
  readonly output?: string;
  /** Where a host's plan has several parts and not all of them were done: those that were. */
  readonly done?: readonly Part[];
  /** And those that were not, with why. */
  readonly left?: readonly LeftPart[];
}

/** What happens, as it happens. */
export type Event =
  | { readonly type: 'observing'; readonly hosts: number }
  | { readonly type: 'observed'; readonly host: string; readonly failure?: string }
  | {
      readonly type: 'transaction';
      readonly transaction: string;
      readonly host: string;
      readonly steps: number;
      /** Why it is begun though the run was stopped, or too many hosts have failed. */
      readonly since?: string;
    }
  | ({ readonly type: 'transaction-end'; readonly transaction: string } & HostResult)
  | { readonly type: 'summary'; readonly results: readonly HostResult[] };

export type Emit = (event: Event) => void;
