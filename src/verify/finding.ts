/** `unsure`: it could not be found out; the text says why. */
export type Verdict = 'yes' | 'no' | 'unsure';

/** One thing that was looked at beyond drift. */
export interface Finding {
  readonly check: 'failover' | 'traffic' | 'listening' | 'arp' | 'clocks';
  readonly sound: Verdict;
  /** What was looked at and what came out, in a line. */
  readonly text: string;
  readonly details: readonly string[];
  /** What to do, where something is wrong. */
  readonly hint?: string;
}
