import type { CommandSpec } from './command.ts';
import type { OptionSpecs } from './options.ts';

export function generalHelp(commands: Readonly<Record<string, CommandSpec>>): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}\n`);
  return `lvsform: plan and apply for Linux Virtual Server clusters

usage: lvsform COMMAND [OPTIONS]

${lines.join('')}
lvsform COMMAND --help shows a command's options, with an example.
`;
}

export function commandHelp(name: string, { summary, usage, options, examples, exits }: CommandSpec): string {
  return `lvsform ${name}: ${summary}

usage: ${usage}

options:
${optionLines(options)}
${examples.length === 1 ? 'example' : 'examples'}:
${examples.map((text) => `  ${text}\n`).join('')}
exit status: ${exits}
`;
}

function optionLines(options: OptionSpecs): string {
  return Object.entries(options)
    .map(([name, { short, value, help }]) => {
      const left = `${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` ${value}`}`;
      return `  ${left.padEnd(28)} ${help}\n`;
    })
    .join('');
}
