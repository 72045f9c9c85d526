import { getSystemErrorMap } from 'node:util';
import { UserError } from '../user-error.ts';

/** True for an error of the system: a missing file, a full disk, a used port. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** The system's own message: `no such file or directory`. */
export function systemMessage(error: NodeJS.ErrnoException): string {
  return getSystemErrorMap().get(error.errno ?? 0)?.[1] ?? error.message;
}

/** For `catch`: an error of the system as a UserError. `doing`: `cannot read the plan x`. */
export function refused(doing: string, hint?: string): (error: unknown) => never {
  return (error) => {
    if (!isSystemError(error)) throw error;
    throw new UserError(`${doing}: ${systemMessage(error)}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  };
}
