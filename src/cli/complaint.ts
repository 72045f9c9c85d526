import { isSystemError, systemMessage } from '../disk/errors.ts';
import { UserError } from '../user-error.ts';
import { exit } from '../report/exit-statuses.ts';
import type { Io } from './io.ts';

/** The version of the JSON line of an error. */
const errorVersion = 1;

/**
 * Reports the error that ended a command, and returns the exit status: a mistake of the user as a line with a hint, a bug of
 * lvsform with the request to report it. With `json` the error is also printed on standard output, for programs.
 */
export function complain(error: unknown, io: Io, json: boolean, version: string): number {
  const known = userError(error);
  const message = known?.message ?? `this is a bug in lvsform ${version}; please report it with these lines:`;
  const details = known === undefined ? stackOf(error) : known.hint;
  const status = known?.exitCode ?? exit.failed;
  io.tell(`${io.style.alarm('lvsform')}: ${message}\n`);
  if (details !== undefined) io.tell(known === undefined ? `${details}\n` : `    ${details}\n`);
  if (json) {
    io.json({
      version: errorVersion,
      type: 'error',
      bug: known === undefined,
      message,
      ...(details === undefined ? {} : { hint: details }),
      status,
    });
  }
  return status;
}

/** An error of the system is never a bug, even if no code expects it. */
function userError(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error;
  if (!isSystemError(error)) return undefined;
  const where = [error.path, 'dest' in error ? String(error.dest) : undefined].filter(Boolean).join(' to ');
  const what = `${error.syscall ?? 'call the system'}${where === '' ? '' : ` ${where}`}`;
  return new UserError(`could not ${what}: ${systemMessage(error)}`, { cause: error });
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
