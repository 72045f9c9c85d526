import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '../text/suggest.ts';
import { UserError } from '../user-error.ts';
import type { List, One, OptionSpec, OptionSpecs, Values } from './option.ts';

/** A command line: the values of its options, the long names of those that were given, and the other words. */
export interface Args<O extends OptionSpecs = OptionSpecs> {
  readonly options: Values<O>;
  readonly given: readonly string[];
  readonly words: readonly string[];
}

/** Reads a command line of a command. Throws UserError for an unknown option and for a value that is not valid. */
export function readArgs<O extends OptionSpecs>(name: string, argv: readonly string[], specs: O): Args<O> {
  const { values, positionals, tokens } = parsed(argv, specs);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const wrong = wrongOption(token, argv[token.index] ?? '', specs, seen);
    if (wrong !== undefined) throw usageError(name, wrong);
    seen.add(token.name);
  }
  const options = Object.entries(specs).map(([option, spec]) => [option, valueOf(spec, values[option])]);
  return {
    options: Object.fromEntries(options) as Values<O>,
    given: Object.keys(values),
    words: positionals,
  };
}

/** The value of an option as its declaration reads it. All words are known to be right. */
function valueOf(spec: OptionSpec, written: string | boolean | readonly string[] | undefined): unknown {
  if (spec.type === 'boolean') return written === true;
  if (spec.multiple === true) {
    const words = Array.isArray(written) ? (written as readonly string[]) : [];
    return words.flatMap((each) => each.split(',')).map(spec.reader.read);
  }
  return typeof written === 'string' ? spec.reader.read(written) : spec.otherwise;
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
  const { value: takes } = spec;
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

function wrongValue(option: string, value: string, spec: One<unknown> | List<unknown>): Wrong | undefined {
  const parts = spec.multiple === undefined ? [value] : value.split(',');
  // An empty limit, from an empty variable, would mean every host.
  if (parts.some((part) => part.trim() === '')) {
    const message = parts.length === 1 ? `${option} is empty` : `${option} ${value} has an empty entry`;
    return { message, hint: `give it a value, or remove ${option}` };
  }
  if (value.includes('\0')) return { message: `${option} contains a NUL character` };
  const { read, wanted } = spec.reader;
  const unfit = parts.find((part) => read(part) === undefined);
  return unfit === undefined ? undefined : { message: `${option} takes ${wanted}, not ${unfit}` };
}

type Parsed = {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: string[];
  readonly tokens: readonly (OptionToken | { readonly kind: 'positional' | 'option-terminator' })[];
};

/** Not strict: mistakes are found in the tokens, which say how each option was written. */
function parsed(argv: readonly string[], specs: OptionSpecs): Parsed {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      {
        type: spec.type,
        ...(spec.short === undefined ? {} : { short: spec.short }),
        ...('multiple' in spec ? { multiple: true } : {}),
      },
    ]),
  ) as NonNullable<ParseArgsConfig['options']>;
  return parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
}
