import type { CheckKind, CheckOption } from '../model/health.ts';

/** What an engine that watches real servers can do. Facts only: the rules and the defaults are made from them. */
export interface HealthFacts {
  /** The checks that it makes, and what each can be told. */
  readonly checks: Readonly<Partial<Record<CheckKind, readonly CheckOption[]>>>;
  /** Seconds between a failed check and the next try; undefined where it waits a whole interval. */
  readonly pause?: number;
}

/** What an engine that moves VIPs can do. */
export interface FailoverFacts {
  readonly defaults: {
    /** Seconds between two signs of life. */
    readonly interval: number;
    /** Intervals of silence after which a director is dead. */
    readonly deadIntervals: number;
    /** True where the directors have a generated key unless the inventory gives one. */
    readonly key: boolean;
  };
  /** Health engines that it starts itself, on the director that holds the VIPs. */
  readonly starts: readonly string[];
}
