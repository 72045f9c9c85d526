/** An error that the user can correct. The message says what happened and where, the hint what to do. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  /** The exit status of the command. */
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, options: { exitCode?: number; cause?: unknown; hint?: string } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
    this.hint = options.hint;
  }
}
