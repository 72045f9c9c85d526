import type { Client, ClientChannel } from 'ssh2';
import type { Secret } from '../model/secret.ts';
import { HostFailure } from '../port.ts';
import { clean } from '../report/clean.ts';
import { quote } from '../shell/quote.ts';

/** The most that a host's answer may hold, in bytes: far above any real one. */
const mostOutput = 32 * 1024 * 1024;
const mostErrors = 16 * 1024;

/** The connection is gone, by the other side's doing or by ours: it must not be used again. */
export class ConnectionLost extends HostFailure {}

/** Said by sudo where it wants a password that it did not get. */
export class PasswordNeeded extends Error {
  override readonly name = 'PasswordNeeded';
}

/**
 * Runs a script in one exec: it goes in on standard input, is read whole by one `cat` (a shell would read a pipe byte
 * by byte) and evaluated. Gives standard output as latin1.
 */
export async function runScript(
  client: Client,
  script: string,
  options: { readonly sudo: boolean; readonly password: Secret | undefined; readonly silence: number },
): Promise<string> {
  const { sudo, password, silence } = options;
  const command = sudo ? (password === undefined ? throughSudo : throughSudoWithPassword) : plainly;
  const input = sudo && password !== undefined ? `${password.reveal()}\n${script}` : script;
  const { output, errors, code } = await exec(client, command, input, silence);
  if (sudo && code !== 0) sudoProblem(errors, password);
  if (code !== 0) {
    const said = clean(errors, 500).trim();
    throw new HostFailure(`its shell ended with ${code ?? 'a signal'}${said === '' ? '' : `: ${said}`}`);
  }
  return output;
}

const evaluate = 'eval "$(cat)"';
const plainly = `exec sh -c ${quote(evaluate)}`;
const throughSudo = `exec sudo -n sh -c ${quote(evaluate)}`;

/**
 * The password is the first line of the input and never a word of a command. It is tried once by itself, so that a
 * wrong one costs one failed attempt and not three. Then it goes before the script, with a mark between: sudo takes
 * it where it asks, and where it does not (NOPASSWD, a cached right) the inner shell skips to the mark.
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
    throw new HostFailure('sudo did not accept the password');
  }
  if (/Sorry, try again|incorrect password|no password was provided/.test(errors)) {
    throw new HostFailure('sudo did not accept the password');
  }
  if (/not in the sudoers|not allowed to execute|may not run sudo/.test(errors)) {
    throw new HostFailure(`sudo refuses: ${clean(errors, 300).trim()}`);
  }
}

interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly code: number | null;
}

function exec(client: Client, command: string, input: string, silence: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const attend = (error: Error | undefined, channel: ClientChannel): void => {
      if (error !== undefined) {
        reject(new ConnectionLost(`it would not run a command: ${error.message}`));
        return;
      }
      const output: Buffer[] = [];
      const errors: Buffer[] = [];
      let size = 0;
      let errorSize = 0;
      let code: number | null | undefined;
      const fail = (message: string): void => {
        channel.removeAllListeners('close');
        channel.destroy();
        client.destroy();
        reject(new ConnectionLost(message));
      };
      const quiet = setTimeout(() => fail(`it said nothing for ${silence / 1000} s (--silence)`), silence);
      const cut = (): void => {
        clearTimeout(quiet);
        reject(new ConnectionLost('the connection was lost'));
      };
      client.once('close', cut);
      channel.on('data', (data: Buffer) => {
        quiet.refresh();
        size += data.length;
        if (size > mostOutput) fail(`it printed more than ${mostOutput / 1024 / 1024} MiB`);
        else output.push(data);
      });
      channel.stderr.on('data', (data: Buffer) => {
        quiet.refresh();
        errorSize += data.length;
        if (errorSize <= mostErrors) errors.push(data);
      });
      channel.on('exit', (status: number | null) => (code = status));
      channel.on('close', () => {
        clearTimeout(quiet);
        client.removeListener('close', cut);
        if (code === undefined) reject(new ConnectionLost('the connection was lost'));
        else
          resolve({
            output: Buffer.concat(output).toString('latin1'),
            errors: Buffer.concat(errors).toString(),
            code,
          });
      });
      channel.end(input);
    };
    try {
      client.exec(command, attend);
    } catch (error) {
      reject(new ConnectionLost(`the connection is gone: ${String(error)}`, { cause: error }));
    }
  });
}
