import { UserError } from '../user-error.ts';
import { didYouMean } from '../text/suggest.ts';
import type { CommandSpec } from './command.ts';
import { commands } from './commands/index.ts';
import { complain } from './complaint.ts';
import { exit } from '../report/exit-statuses.ts';
import { readCommandLine } from './forms.ts';
import { commandHelp, generalHelp } from './help.ts';
import type { Io } from './io.ts';
import { version } from './version.ts';

/** Runs a command line, reports errors, and returns the exit status. */
export function lvsform(argv: readonly string[], io: Io): Promise<number> {
  return carryOut(argv, io).catch((error: unknown) =>
    complain(error, io, optionsIn(argv).includes('--json'), version()),
  );
}

/** The words of a command line that can be options: those before `--`. */
export function optionsIn(argv: readonly string[]): readonly string[] {
  return argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
}

async function carryOut([name, ...rest]: readonly string[], io: Io): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest, io);
  if (name === '--version' || name === 'version') {
    if (rest[0] !== undefined) throw new UserError(`unexpected argument ${rest[0]}`);
    io.print(`lvsform ${version()}\n`);
    return exit.done;
  }
  const command = commandNamed(name);
  const args = readCommandLine(name, command, rest);
  if (args.given.includes('help')) {
    io.print(commandHelp(name, command));
    return exit.done;
  }
  const { run } = await command.load();
  return run(args, io);
}

function commandNamed(name: string): CommandSpec {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  throw new UserError(`unknown command ${name}: ${didYouMean(name, Object.keys(commands))}`);
}

function help([name, surplus]: readonly string[], io: Io): number {
  if (surplus !== undefined) throw new UserError(`unexpected argument ${surplus}`);
  io.print(name === undefined ? generalHelp(commands) : commandHelp(name, commandNamed(name)));
  return exit.done;
}
