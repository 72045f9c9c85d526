import { UserError } from '../report/user-error.ts';
import { type CommandSpec, type Form, optionsOf } from './command.ts';
import { type Args, readArgs } from './args.ts';

/** Reads the command line of a command. Throws UserError for anything that it would not heed. */
export function readCommandLine(name: string, command: CommandSpec, argv: readonly string[]): Args {
  const args = readArgs(name, argv, optionsOf(command));
  if (args.flag('help')) return args;
  const form = formOf(name, command, args);
  checkWords(name, form, args);
  const ignored = args.given().find((option) => !Object.hasOwn(form.options, option));
  if (ignored !== undefined) {
    throw new UserError(`--${ignored} has no effect with ${written(name, form)}`, {
      hint: form.instead ?? `remove it; see: lvsform ${name} --help`,
    });
  }
  for (const pair of form.apart ?? []) {
    if (!pair.every((option) => args.given().includes(option))) continue;
    throw new UserError(`--${pair[1]} has no effect with --${pair[0]}`, { hint: 'remove one of them' });
  }
  return args;
}

/** The form that is meant: the first that fits. */
function formOf(name: string, { forms }: CommandSpec, args: Args): Form {
  const [first = ''] = args.words;
  const named = forms.filter(({ verbs }) => verbs === undefined || verbs.includes(first));
  const chosen = named.filter(({ flag }) => flag !== undefined && args.flag(flag));
  const meant = chosen.length > 0 ? chosen : named.filter(({ flag }) => flag === undefined);
  const found = meant.find((form) => fits(form, args.words.length)) ?? meant.at(-1);
  if (found !== undefined) return found;
  if (first === '') {
    throw new UserError('an argument is missing', {
      hint: `usage: ${forms.map((form) => written(name, form)).join('\n           ')}`,
    });
  }
  const verbs = forms.flatMap((form) => form.verbs ?? []).filter((verb) => verb !== '');
  throw new UserError(`${name} takes ${[...new Set(verbs)].join(', ')}, not ${first}`);
}

/** The least and the most words of a form, its verb among them. */
function limits({ verbs, words = [0, 0] }: Form): readonly [number, number] {
  if (verbs === undefined) return words;
  return [words[0] + (verbs.includes('') ? 0 : 1), words[1] + 1];
}

function fits(form: Form, count: number): boolean {
  const [least, most] = limits(form);
  return count >= least && count <= most;
}

function checkWords(name: string, form: Form, { words }: Args): void {
  const [least, most] = limits(form);
  const surplus = words[most];
  const wrong =
    most !== Infinity && words.includes('')
      ? 'an argument is empty'
      : surplus !== undefined
        ? `unexpected argument ${surplus}`
        : words.length < least
          ? 'an argument is missing'
          : undefined;
  if (wrong !== undefined) throw new UserError(wrong, { hint: `usage: ${written(name, form)}` });
}

function written(name: string, { usage }: Form): string {
  return `lvsform ${name} ${usage}`.trim();
}
