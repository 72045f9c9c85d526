import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '../text/suggest.ts';
import { UserError } from '../user-error.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: true;
  /** The name of the value in the help. */
  readonly value?: string;
  readonly help: string;
  /** Checks a value, or each word of a list: undefined, or what is expected instead. */
  readonly check?: (value: string) => string | undefined;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Options by their long names, and the other words. */
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

/** Reads a command line of a command. Throws UserError for an unknown option and for a value that is not valid. */
export function readArgs(name: string, argv: readonly string[], specs: OptionSpecs): Args {
  const { values, positionals, tokens } = parsed(argv, specs);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const wrong = wrongOption(token, argv[token.index] ?? '', specs, seen);
    if (wrong !== undefined) throw usageError(name, wrong);
    seen.add(token.name);
  }
  return new Args(values, positionals);
}

/** One form for all mistakes with options: what is wrong, then where the options are listed. */
function usageError(command: string, { message, hint }: Wrong): UserError {
  const help = `see: lvsform ${command} --help`;
  return new UserError(message, { hint: hint === undefined ? help : `${hint}; ${help}` });
}

interface Wrong {
  readonly message: string;
  readonly hint?: string;
}

interface OptionToken {
  readonly kind: 'option';
  readonly index: number;
  readonly name: string;
  /** As it was written: `--inventory` or `-i`. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** The value is in the same word as the option. */
  readonly inlineValue: boolean | undefined;
}

/** What is wrong with an option; `word` is the word of the command line that holds it. */
function wrongOption(
  { name, rawName, value, inlineValue }: OptionToken,
  word: string,
  specs: OptionSpecs,
  seen: ReadonlySet<string>,
): Wrong | undefined {
  const long = word.slice(1).split('=')[0] ?? '';
  if (!word.startsWith('--') && long.length > 1 && Object.hasOwn(specs, long)) {
    return { message: `unknown option -${long}: did you mean --${long}?` };
  }
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec === undefined) {
    const known = Object.keys(specs).map((each) => `--${each}`);
    return { message: `unknown option ${rawName}: ${didYouMean(`--${name}`, known)}` };
  }
  if (spec.type === 'boolean') {
    return value === undefined ? undefined : { message: `${rawName} takes no value, but has ${value}` };
  }
  if (spec.multiple === undefined && seen.has(name)) return { message: `${rawName} is given twice` };
  const { value: takes = 'a value' } = spec;
  if (value === undefined) return { message: `${rawName} needs a value: ${rawName} ${takes}` };
  if (inlineValue !== true && /^-[^\d]/.test(value)) {
    return {
      message: `${rawName} needs a value: ${rawName} ${takes}; ${value} looks like an option`,
      hint: `a value that begins with a dash is written --${name}=${value}`,
    };
  }
  if (inlineValue === true && !rawName.startsWith('--') && value.startsWith('=')) {
    return { message: `${rawName}${value}: write ${rawName} ${value.slice(1)} or --${name}${value}` };
  }
  return wrongValue(rawName, value, spec);
}

function wrongValue(option: string, value: string, { multiple, check }: OptionSpec): Wrong | undefined {
  const parts = multiple === undefined ? [value] : value.split(',');
  // An empty limit, from an empty variable, would mean every host.
  if (parts.some((part) => part.trim() === '')) {
    const message = parts.length === 1 ? `${option} is empty` : `${option} ${value} has an empty entry`;
    return { message, hint: `give it a value, or remove ${option}` };
  }
  if (value.includes('\0')) return { message: `${option} contains a NUL character` };
  for (const part of parts) {
    const wanted = check?.(part);
    if (wanted !== undefined) return { message: `${option} takes ${wanted}, not ${part}` };
  }
  return undefined;
}

type Parsed = {
  readonly values: Record<string, unknown>;
  readonly positionals: string[];
  readonly tokens: readonly (OptionToken | { readonly kind: 'positional' | 'option-terminator' })[];
};

/** Not strict: mistakes are found in the tokens, which say how each option was written. */
function parsed(argv: readonly string[], specs: OptionSpecs): Parsed {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  ) as NonNullable<ParseArgsConfig['options']>;
  return parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
}
