import { getSystemErrorMap } from 'node:util';
import { UserError } from '../user-error.ts';

/** True for what the system answered: a file that is not there, a disk that is full, a port that is taken. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** In the system's words: `no such file or directory`. */
export function systemMessage(error: NodeJS.ErrnoException): string {
  return getSystemErrorMap().get(error.errno ?? 0)?.[1] ?? error.message;
}

/** For `catch`: what the system refused, as something that the user can mend. `doing`: `cannot read the plan x`. */
export function refused(doing: string, hint?: string): (error: unknown) => never {
  return (error) => {
    if (!isSystemError(error)) throw error;
    throw new UserError(`${doing}: ${systemMessage(error)}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  };
}
