/** A command as data: its words, unquoted. Nothing else in the project writes shell words. */
export type Command = readonly string[];

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One shell word. Single quotes protect everything but the single quote itself (POSIX shell, 2.2.2). */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a shell word cannot hold a NUL byte');
  return plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command as one line of shell text. */
export function line(command: Command): string {
  return command.map(quote).join(' ');
}

/**
 * A host's path as scripts write it: relative, since each script begins in the host's root directory (`/`, or a simulated
 * host's tree).
 */
export function rooted(absolute: string): string {
  return absolute.replace(/^\/+/, '') || '.';
}

/** `rooted`, as a shell word. */
export function path(absolute: string): string {
  return quote(rooted(absolute));
}
