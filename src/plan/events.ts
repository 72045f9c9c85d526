import type { PlannedShard } from './shards.ts';

/** The version of the JSON lines. */
export const eventVersion = 1;

/** The possible outcomes of a host, the gravest first. */
export const outcomes = [
  'half-undone',
  'failed',
  /** It was reached, but its answer is incomplete: its shell was killed or hangs, or the answer was cut short. */
  'broken',
  /** Only in a summary of several runs: its run does not say how it ended. */
  'unknown',
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
  /** The same plan was applied to the host before, and the host has not changed since. */
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
 * `prepare` makes the host ready, `retire` removes, `change` is both in one, `take` raises the VIPs that another director
 * gave up, `roster` writes which other hosts are in the cluster.
 */
export type Part = 'change' | 'prepare' | 'take' | 'retire' | 'roster';

/** The result of one host. */
export interface HostResult {
  readonly host: string;
  readonly outcome: Outcome;
  /** The reason, for an outcome that needs one. */
  readonly message?: string;
  /** The host's output when something went wrong, cleaned. */
  readonly output?: string;
  /** The parts that were done, if a host's plan has several parts and not all of them were done. */
  readonly done?: readonly Part[];
  /** The parts that were not done, with the reasons. */
  readonly left?: readonly LeftPart[];
}

/** The signals after which a run begins nothing more. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What happens during a run. */
export type Event =
  /** A plan is applied: which inventory, which part of it, and which hosts, in the order of the plan. */
  | {
      readonly type: 'begin';
      readonly inventory: string;
      readonly destroy: boolean;
      readonly shard?: PlannedShard;
      readonly hosts: readonly string[];
    }
  | { readonly type: 'observing'; readonly hosts: number }
  | { readonly type: 'observed'; readonly host: string; readonly failure?: string }
  | {
      readonly type: 'transaction';
      readonly transaction: string;
      readonly host: string;
      readonly steps: number;
      /** Why it is begun although the run was stopped, or too many hosts have failed. */
      readonly since?: string;
    }
  | ({ readonly type: 'transaction-end'; readonly transaction: string } & HostResult)
  | { readonly type: 'summary'; readonly results: readonly HostResult[]; readonly stoppedBy?: StopSignal };

export type Emit = (event: Event) => void;
