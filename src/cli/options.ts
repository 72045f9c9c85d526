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
    return Array.isArray(value)
      ? value.flatMap((each: string) => each.split(',')).filter((each) => each !== '')
      : [];
  }

  /** A whole number of at least 1. */
  number(name: string, otherwise: number): number {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    if (!/^[1-9]\d{0,5}$/.test(value))
      throw new UserError(`--${name} takes a whole number from 1, not ${value}`);
    return Number(value);
  }
}

/** Reads a command line. Throws UserError for what the command does not know. */
export function readArgs(argv: readonly string[], specs: OptionSpecs): Args {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  ) as NonNullable<ParseArgsConfig['options']>;
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
    });
    return new Args(values, positionals);
  } catch (error) {
    const unknown = /Unknown option '--?([^']+)'/.exec((error as Error).message)?.[1];
    if (unknown === undefined)
      throw new UserError((error as Error).message.split('. ')[0] ?? 'wrong usage', { cause: error });
    throw new UserError(`there is no option --${unknown} here: ${didYouMean(unknown, Object.keys(specs))}`, {
      cause: error,
    });
  }
}

export const common: OptionSpecs = {
  json: { type: 'boolean', help: 'results as JSON, one event a line' },
  'no-color': { type: 'boolean', help: 'no colours (as NO_COLOR does)' },
  help: { type: 'boolean', short: 'h', help: 'this help' },
};

export const inventoryOption: OptionSpecs = {
  inventory: {
    type: 'string',
    short: 'i',
    value: 'PATH',
    help: 'inventory file or directory; default $LVSFORM_INVENTORY, then ./inventory.yaml',
  },
};

export const hostOptions: OptionSpecs = {
  limit: {
    type: 'string',
    multiple: true,
    value: 'WHO',
    help: 'only these: hosts (* for any letters), groups, clusters, directors, real-servers; with commas',
  },
  exclude: { type: 'string', multiple: true, value: 'WHO', help: 'all but these' },
  parallelism: { type: 'string', value: 'N', help: 'hosts at once; default 50' },
  lab: { type: 'boolean', help: "the hosts of this inventory's lab (lvsform lab up) instead of real ones" },
  'ssh-config': { type: 'string', value: 'FILE', help: 'an ssh_config; default ~/.ssh/config' },
  user: { type: 'string', value: 'NAME', help: 'login name, over inventory and ssh_config' },
  port: { type: 'string', value: 'N', help: 'port of sshd, likewise' },
  identity: { type: 'string', value: 'FILE', help: 'private key, likewise' },
  'host-key': {
    type: 'string',
    value: 'HOW',
    help: 'strict (default): known keys only; accept-new: take keys of unknown hosts; off: take any',
  },
  timeout: {
    type: 'string',
    value: 'SECONDS',
    help: 'until a connection must stand; default 10, with --lab 30',
  },
  silence: {
    type: 'string',
    value: 'SECONDS',
    help: 'that a host may say nothing while it works; default 600',
  },
};

export const forgetOption: OptionSpecs = {
  forget: {
    type: 'string',
    multiple: true,
    value: 'HOST',
    help: 'a host that left the inventory and is gone for good',
  },
};

export const fullOption: OptionSpecs = {
  full: { type: 'boolean', help: 'show every line of new documents' },
};

/** How much a plan may do at once, and what it leaves alone. */
export const cautionOptions: OptionSpecs = {
  'keep-weights': { type: 'boolean', help: 'leave weights that were changed at run time as they are' },
  'switch-over': {
    type: 'boolean',
    help: 'the director that holds the VIPs hands them over before it is changed',
  },
  allow: {
    type: 'string',
    multiple: true,
    value: 'WHAT',
    help: 'only these kinds of action: add, edit, remove; the others are held back and told',
  },
  batch: {
    type: 'string',
    multiple: true,
    value: 'SIZES',
    help: 'real servers in batches: 1,25% is one first, then a quarter of them at a time',
  },
  'max-failures': {
    type: 'string',
    value: 'N',
    help: 'begin nothing more once more hosts have failed: a number or a share (10%); default: all are tried, with --batch 0',
  },
};

export const forceOption: OptionSpecs = {
  force: { type: 'boolean', help: 'also where it takes away more than is commonly meant' },
};
