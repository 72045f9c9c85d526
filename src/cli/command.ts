import type { ExitName } from '../report/exit-statuses.ts';
import type { Io } from './io.ts';
import type { Args } from './args.ts';
import type { OptionSpecs, Together, Values } from './option.ts';

/** The values of all options that some form of a command takes. */
export type ValuesOf<Forms extends readonly Form[]> = Values<Together<Forms[number]['options']>>;

/** What a command does with a command line, for the options of its forms. */
export type Run<Forms extends readonly Form[]> = (
  args: Args<Together<Forms[number]['options']>>,
  io: Io,
) => Promise<number>;

/**
 * One form of a command, with all that it takes. An option that is not listed has no effect in this form and is refused, so
 * that no option is accepted and then ignored.
 */
export interface Form {
  /** What follows the name of the command. */
  readonly usage: string;
  /** First words that choose this form; `''` means no word at all. */
  readonly verbs?: readonly string[];
  /** The option that chooses this form. */
  readonly flag?: string;
  /** The least and the most words after the verb; none if this is left out. */
  readonly words?: readonly [least: number, most: number];
  readonly options: OptionSpecs;
  /** Pairs of options: the second one has no effect with the first. */
  readonly apart?: readonly (readonly [string, string])[];
  /** What to do instead, in the hint for an option that this form does not take. */
  readonly instead?: string;
}

/** A command as data; its code is loaded only when it runs. */
export interface CommandSpec {
  readonly summary: string;
  /** The first one that fits a command line is used. */
  readonly forms: readonly [Form, ...Form[]];
  readonly examples: readonly string[];
  readonly exits: readonly ExitName[];
  /** Exit statuses that have a narrower meaning for this command. */
  readonly exitWords?: Partial<Record<ExitName, string>>;
  readonly load: () => Promise<{ run: Run<readonly Form[]> }>;
}

type OneForm = readonly [Form, ...Form[]];

/** A command whose `run` takes the options of its forms. */
export function command<Forms extends OneForm>(
  spec: Omit<CommandSpec, 'forms' | 'load'> & {
    readonly forms: Forms;
    readonly load: () => Promise<{ run: Run<Forms> }>;
  },
): CommandSpec {
  return spec;
}

/** Every option of a command, by its long name. */
export function optionsOf({ forms }: CommandSpec): OptionSpecs {
  return Object.assign({}, ...forms.map(({ options }) => options)) as OptionSpecs;
}
