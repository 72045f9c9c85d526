import { type CommandSpec, type Form, optionsOf } from './command.ts';
import { exit, exitMeanings, type ExitName } from '../report/exit-statuses.ts';

export function generalHelp(commands: Readonly<Record<string, CommandSpec>>): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}\n`);
  return `lvsform: plan and apply for Linux Virtual Server clusters

usage: lvsform COMMAND [OPTIONS]

${lines.join('')}
lvsform COMMAND --help shows a command's options, with an example.
`;
}

export function commandHelp(name: string, command: CommandSpec): string {
  const { summary, forms, examples, exits, exitWords } = command;
  const usages = forms.map(({ usage }) => `lvsform ${name} ${usage}`.trim());
  return `lvsform ${name}: ${summary}

usage: ${usages.join('\n       ')}

options:
${optionLines(command)}
${examples.length === 1 ? 'example' : 'examples'}:
${examples.map((text) => `  ${text}\n`).join('')}
exit status: ${exitLine(exits, exitWords)}
`;
}

/** A line for each option; if not every form takes it, with the forms that do. */
function optionLines(command: CommandSpec): string {
  return Object.entries(optionsOf(command))
    .map(([name, spec]) => {
      const { short, help } = spec;
      const value = spec.type === 'boolean' ? undefined : spec.value;
      const left = `${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` ${value}`}`;
      return `  ${left.padEnd(28)} ${help}${whereOf(name, command.forms)}\n`;
    })
    .join('');
}

/** Which forms take an option, if not all do: their verbs, or the options of the other forms. */
function whereOf(option: string, forms: readonly Form[]): string {
  const taking = forms.filter(({ options }) => Object.hasOwn(options, option));
  const others = forms.filter((form) => !taking.includes(form));
  if (others.length === 0 || taking.every(({ flag }) => flag === option)) return '';
  const verbs = verbsOf(taking);
  if (verbs.length === verbsOf(forms).length && verbs.length > 0) return '';
  const where = verbs.length > 0 ? verbs.join(', ') : `not with ${others.map(nameOf).join(', ')}`;
  return ` [${where}]`;
}

function verbsOf(forms: readonly Form[]): string[] {
  return [...new Set(forms.flatMap(({ verbs = [] }) => verbs.filter((verb) => verb !== '')))];
}

function nameOf({ flag, usage }: Form): string {
  return flag === undefined ? (usage.split(' ')[0] ?? '') : `--${flag}`;
}

/** `0 done, 1 error`. */
function exitLine(names: readonly ExitName[], words: Partial<Record<ExitName, string>> = {}): string {
  return names.map((name) => `${exit[name]} ${words[name] ?? exitMeanings[name].word}`).join(', ');
}
