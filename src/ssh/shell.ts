import type { Secret } from '../model/secret.ts';
import { HostFailure } from '../port.ts';
import { clean } from '../text/clean.ts';
import { quote } from '../shell/quote.ts';
import { type CommandLimits, exec } from './exec.ts';
import type { Connection } from './transport.ts';

/** sudo needs a password and did not get one. */
export class PasswordNeeded extends Error {
  override readonly name = 'PasswordNeeded';
}

/**
 * Runs a script in one exec: one `cat` reads all of it from standard input (a shell would read a pipe byte by byte), and the
 * shell evaluates it. Returns standard output as latin1.
 */
export async function runScript(
  connection: Connection,
  script: string,
  options: { readonly sudo: boolean; readonly password: Secret | undefined; readonly limits: CommandLimits },
): Promise<string> {
  const { sudo, password, limits } = options;
  const command = sudo ? (password === undefined ? throughSudo : throughSudoWithPassword) : plainly;
  const input = sudo && password !== undefined ? `${password.reveal()}\n${script}` : script;
  const { output, errors, code } = await exec(connection, command, input, limits);
  if (sudo && code !== 0) sudoProblem(errors, password);
  if (code !== 0) {
    const said = clean(errors, 500).trim();
    throw new HostFailure(`its shell ended with ${code ?? 'a signal'}${said === '' ? '' : `: ${said}`}`, {
      reason: 'broken',
      output,
    });
  }
  return output;
}

const evaluate = 'eval "$(cat)"';
const plainly = `exec sh -c ${quote(evaluate)}`;
const throughSudo = `exec sudo -n sh -c ${quote(evaluate)}`;

/**
 * The password is the first line of the input and never a word of a command. It is tried once alone, so that a wrong one
 * costs one failed attempt and not three. Then it is sent before the script, with a mark in between. If sudo asks, it reads
 * the password; if it does not ask (NOPASSWD, a cached right), the inner shell skips to the mark.
 */
const mark = '#lvsform';
const skip = `while IFS= read -r line && [ "$line" != ${quote(mark)} ]; do :; done; ${evaluate}`;
const throughSudoWithPassword = `exec sh -c ${quote(
  [
    'IFS= read -r password',
    `printf '%s\\n' "$password" | sudo -k -S -p '' -v >&2 || exit 77`,
    `{ printf '%s\\n' "$password" ${quote(mark)}; cat; } | sudo -S -p '' sh -c ${quote(skip)}`,
  ].join('\n'),
)}`;

function sudoProblem(errors: string, password: Secret | undefined): void {
  if (/password is required|a terminal is required|no tty present/.test(errors)) {
    if (password === undefined) throw new PasswordNeeded();
    throw new HostFailure('sudo did not accept the password', { reason: 'sudo' });
  }
  if (/Sorry, try again|incorrect password|no password was provided/.test(errors)) {
    throw new HostFailure('sudo did not accept the password', { reason: 'sudo' });
  }
  if (/not in the sudoers|not allowed to execute|may not run sudo|must have a tty/.test(errors)) {
    throw new HostFailure(`sudo refuses: ${clean(errors, 300).trim()}`, { reason: 'sudo' });
  }
}
