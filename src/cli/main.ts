#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { UserError } from '../report/user-error.ts';
import { didYouMean } from '../inventory/suggest.ts';
import { commands } from './commands/index.ts';
import { commandHelp, generalHelp } from './help.ts';
import { type Io, terminalIo } from './io.ts';
import { readArgs } from './options.ts';

/** Runs a command line and gives its exit status. */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const io = terminalIo({ colour: !rest.includes('--no-color') });
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest[0], io);
    if (name === '--version' || name === 'version') {
      io.print(`lvsform ${version()}\n`);
      return 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      throw new UserError(`there is no command ${name}: ${didYouMean(name, Object.keys(commands))}`);
    }
    const args = readArgs(rest, command.options);
    if (args.flag('help')) {
      io.print(commandHelp(name, command));
      return 0;
    }
    const surplus = args.words[command.words ?? 0];
    if (surplus !== undefined) throw new UserError(`${surplus} is too much: ${command.usage}`);
    const { run } = await command.load();
    return await run(args, io);
  } catch (error) {
    return complain(error, io);
  }
}

function help(name: string | undefined, io: Io): number {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  io.print(name === undefined || command === undefined ? generalHelp(commands) : commandHelp(name, command));
  return 0;
}

/** What the user can mend is told in a line; our own mistakes ask for a report. */
function complain(error: unknown, io: Io): number {
  if (error instanceof UserError) {
    io.tell(`${io.style.alarm('lvsform')}: ${error.message}\n`);
    return error.exitCode;
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.tell(
    `${io.style.alarm('lvsform')}: this is a bug of lvsform ${version()}, please report it with these lines:\n${told}\n`,
  );
  return 1;
}

function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
