/** The version of the JSON lines. */
export const eventVersion = 1;

export type Outcome =
  | 'ok'
  | 'changed'
  | 'failed'
  | 'rolled-back'
  | 'half-undone'
  | 'stale'
  | 'locked'
  | 'unreachable'
  | 'blocked'
  | 'skipped';

/** What became of one host. */
export interface HostResult {
  readonly host: string;
  readonly outcome: Outcome;
  /** Why, where the outcome needs a reason. */
  readonly message?: string;
  /** What the host printed when something went wrong, cleaned. */
  readonly output?: string;
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
    }
  | ({ readonly type: 'transaction-end'; readonly transaction: string } & HostResult)
  | { readonly type: 'summary'; readonly results: readonly HostResult[] };

export type Emit = (event: Event) => void;
