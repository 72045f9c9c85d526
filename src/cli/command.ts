import type { Io } from './io.ts';
import type { Args, OptionSpecs } from './options.ts';

export type Run = (args: Args, io: Io) => Promise<number>;

/** A command as data; what it does is loaded only when it is run. */
export interface CommandSpec {
  readonly summary: string;
  readonly usage: string;
  readonly options: OptionSpecs;
  /** How many words it takes beside its options; none where it is not said. */
  readonly words?: number;
  readonly examples: readonly string[];
  readonly exits: string;
  readonly load: () => Promise<{ run: Run }>;
}
