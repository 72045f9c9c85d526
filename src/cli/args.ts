import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '../inventory/suggest.ts';
import { UserError } from '../report/user-error.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: true;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
  /** What a value, or each word of a list, must be: tells what is taken where it is something else. */
  readonly check?: (value: string) => string | undefined;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Options by their long names, and the words that are none. */
export class Args {
  readonly words: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>, words: readonly string[]) {
    this.#values = values;
    this.words = words;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** A list, written as several options or with commas. */
  list(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.flatMap((each: string) => each.split(',')) : [];
  }

  /** A whole number; `readArgs` has checked it. */
  number(name: string, otherwise: number): number {
    const value = this.text(name);
    return value === undefined ? otherwise : Number(value);
  }

  /** The long names of the options that were given. */
  given(): string[] {
    return Object.keys(this.#values);
  }
}

/** Reads a command line. Throws UserError for what the command does not know, and for a value that cannot be meant. */
export function readArgs(argv: readonly string[], specs: OptionSpecs): Args {
  const { values, positionals, tokens } = parsed(argv, specs);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, value } = token;
    const { type, multiple, check } = specs[name]!;
    if (type === 'boolean') continue;
    if (multiple === undefined && seen.has(name)) throw new UserError(`--${name} is given twice`);
    seen.add(name);
    const parts = multiple === undefined ? [value ?? ''] : (value ?? '').split(',');
    for (const part of parts) checkValue(name, part, value ?? '', check);
  }
  return new Args(values, positionals);
}

function checkValue(name: string, part: string, whole: string, check: OptionSpec['check']): void {
  // A limit that is empty because a variable was would mean every host.
  if (part.trim() === '') {
    throw new UserError(
      whole === part ? `--${name} is empty` : `--${name} ${whole} has an empty word in its list`,
      { hint: `give it a value, or leave --${name} out` },
    );
  }
  if (part.includes('\0')) throw new UserError(`--${name} holds a NUL character`);
  const wanted = check?.(part);
  if (wanted !== undefined) throw new UserError(`--${name} takes ${wanted}, not ${part}`);
}

type Parsed = {
  readonly values: Record<string, unknown>;
  readonly positionals: string[];
  readonly tokens: readonly (
    | { readonly kind: 'option'; readonly name: string; readonly value: string | undefined }
    | { readonly kind: 'positional' | 'option-terminator' }
  )[];
};

function parsed(argv: readonly string[], specs: OptionSpecs): Parsed {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  ) as NonNullable<ParseArgsConfig['options']>;
  try {
    return parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    const unknown = /Unknown option '--?([^']+)'/.exec((error as Error).message)?.[1];
    if (unknown === undefined)
      throw new UserError((error as Error).message.split('. ')[0] ?? 'wrong usage', { cause: error });
    throw new UserError(`there is no option --${unknown} here: ${didYouMean(unknown, Object.keys(specs))}`, {
      cause: error,
    });
  }
}
