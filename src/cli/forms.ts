import { UserError } from '../user-error.ts';
import { type CommandSpec, type Form, optionsOf } from './command.ts';
import { type Args, readArgs } from './args.ts';
import { inventoryInstead } from './inventory-word.ts';
import { either } from './values.ts';

/** Reads the command line of a command. Throws UserError for anything that would have no effect. */
export function readCommandLine(name: string, command: CommandSpec, argv: readonly string[]): Args {
  const args = readArgs(name, argv, optionsOf(command));
  if (args.given.includes('help')) return args;
  const form = formOf(name, command, args);
  checkWords(name, form, args);
  const ignored = args.given.find((option) => !Object.hasOwn(form.options, option));
  if (ignored !== undefined) {
    throw new UserError(`--${ignored} has no effect with ${written(name, form)}`, {
      hint: form.instead ?? `remove it; see: lvsform ${name} --help`,
    });
  }
  for (const pair of form.apart ?? []) {
    if (!pair.every((option) => args.given.includes(option))) continue;
    throw new UserError(`--${pair[1]} has no effect with --${pair[0]}`, { hint: 'remove one of them' });
  }
  return args;
}

/** The first form that fits the command line. */
function formOf(name: string, { forms }: CommandSpec, args: Args): Form {
  const [first = ''] = args.words;
  const named = forms.filter(({ verbs }) => verbs === undefined || verbs.includes(first));
  const chosen = named.filter(({ flag }) => flag !== undefined && args.given.includes(flag));
  const meant = chosen.length > 0 ? chosen : named.filter(({ flag }) => flag === undefined);
  const found = meant.find((form) => fits(form, args.words.length)) ?? meant.at(-1);
  if (found !== undefined) return found;
  const verbs = forms.flatMap((form) => form.verbs ?? []).filter((verb) => verb !== '');
  const taken = either([...new Set(verbs)]);
  throw new UserError(first === '' ? `${name} needs ${taken}` : `${name} takes ${taken}, not ${first}`, {
    hint: `usage: ${forms.map((form) => written(name, form)).join('\n           ')}`,
  });
}

/** The least and the most words of a form, including its verb. */
function limits({ verbs, words = [0, 0] }: Form): readonly [number, number] {
  if (verbs === undefined) return words;
  return [words[0] + (verbs.includes('') ? 0 : 1), words[1] + 1];
}

function fits(form: Form, count: number): boolean {
  const [least, most] = limits(form);
  return count >= least && count <= most;
}

function checkWords(name: string, form: Form, args: Args): void {
  const { words } = args;
  const [least, most] = limits(form);
  const surplus = words[most];
  const wrong =
    most !== Infinity && words.includes('')
      ? 'an argument is empty'
      : surplus !== undefined
        ? `unexpected argument ${surplus}${inventoryMeant(surplus, form, args)}`
        : words.length < least
          ? missing(name, form, words)
          : undefined;
  if (wrong !== undefined) throw new UserError(wrong, { hint: `usage: ${written(name, form)}` });
}

/** A hint at -i, if a surplus word is an inventory. */
function inventoryMeant(word: string, { options }: Form, args: Args): string {
  const taken = Object.hasOwn(options, 'inventory') && !args.given.includes('inventory');
  const meant = taken ? inventoryInstead(word) : undefined;
  return meant === undefined ? '' : `: did you mean ${meant}?`;
}

/** The message for a missing word, with its name in the usage: `lock release needs HOST`. */
function missing(name: string, { usage, verbs }: Form, words: readonly string[]): string {
  const [lacking = 'an argument'] = /\b[A-Z]+\b/.exec(usage) ?? [];
  const command = verbs === undefined ? name : `${name} ${words[0]}`;
  return `${command} needs ${lacking}`;
}

function written(name: string, { usage }: Form): string {
  return `lvsform ${name} ${usage}`.trim();
}
