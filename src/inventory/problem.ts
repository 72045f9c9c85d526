import type { Path } from '../model/cluster.ts';

export type Severity = 'error' | 'warning';

/** A place in a file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something about an inventory that its author should know. */
export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly path: Path;
  readonly place: Place;
  /** The second place, if two parts contradict each other. */
  readonly also?: Place;
}

/** A problem before its place in a file is known. */
export interface Mistake {
  readonly message: string;
  readonly hint: string;
  readonly path: Path;
  /** The second part of the inventory, if two contradict each other. */
  readonly also?: Path;
}
