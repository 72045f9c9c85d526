/** `unsure`: not known; the text says why. */
export type Verdict = 'yes' | 'no' | 'unsure';

/** One check beyond drift. */
export interface Finding {
  readonly check: 'failover' | 'traffic' | 'listening' | 'arp' | 'clocks';
  readonly sound: Verdict;
  /** What was checked, and the result, in a line. */
  readonly text: string;
  readonly details: readonly string[];
  /** What to do, if something is wrong. */
  readonly hint?: string;
}
