import type { ExitName } from '../report/exit-statuses.ts';
import type { Io } from './io.ts';
import type { Args, OptionSpecs } from './args.ts';

export type Run = (args: Args, io: Io) => Promise<number>;

/**
 * One form of a command: what it takes. An option that is not here has no effect in this form, and is refused. So no
 * option is accepted and then ignored.
 */
export interface Form {
  /** What follows the name of the command. */
  readonly usage: string;
  /** The first word chooses this form; `''` stands for no word at all. */
  readonly verbs?: readonly string[];
  /** This option chooses this form. */
  readonly flag?: string;
  /** The least and the most words after the verb; none where this is left out. */
  readonly words?: readonly [least: number, most: number];
  readonly options: OptionSpecs;
  /** Pairs of options of which one has no effect beside the other. */
  readonly apart?: readonly (readonly [string, string])[];
  /** What to do instead of giving an option that is not taken here. */
  readonly instead?: string;
}

/** A command as data; what it does is loaded only when it is run. */
export interface CommandSpec {
  readonly summary: string;
  /** The first one that fits a command line is the one that is meant. */
  readonly forms: readonly [Form, ...Form[]];
  readonly examples: readonly string[];
  readonly exits: readonly ExitName[];
  /** Where an exit status has a narrower meaning here. */
  readonly exitWords?: Partial<Record<ExitName, string>>;
  readonly load: () => Promise<{ run: Run }>;
}

/** Every option of a command, by its long name. */
export function optionsOf({ forms }: CommandSpec): OptionSpecs {
  return Object.assign({}, ...forms.map(({ options }) => options)) as OptionSpecs;
}
