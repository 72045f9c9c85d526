/** Something that the user can mend. The message says what happened, where, and what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** The exit status of the command. */
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}
