import type { Secret } from '../model/secret.ts';
import { HostFailure } from '../port.ts';
import { line, quote } from '../shell/quote.ts';
import { clean } from '../text/clean.ts';
import { type CommandLimits, type Ended, exec } from './exec.ts';
import type { Connection } from './transport.ts';

/** sudo needs a password and did not get one. */
export class PasswordNeeded extends Error {
  override readonly name = 'PasswordNeeded';
}

/** How a shell runs what it reads from standard input: one `cat` reads all of it (a shell would read a pipe byte by byte). */
const evaluate = 'eval "$(cat)"';

/**
 * The commands are read by the login shell, which may be any: they are one line, and in their quotes is neither `!`, which
 * csh expands, nor a backslash before a quote, which fish reads as an escape.
 */
export const plainly = line(['exec', 'sh', '-c', evaluate]);
const withoutPassword = line(['exec', 'sudo', '-n', 'sh', '-c', evaluate]);

/** The first words of a script on standard error. Where they are missing, sudo has not begun it, whatever sudo says. */
const begun = '#lvsform-begun';
const announced = `printf '%s\\n' ${quote(begun)} >&2\n`;
/** The prompt for the password: it shows how often sudo has asked, in any language and in any sudo. */
const prompt = '#lvsform-asks';
const mark = '#lvsform';
const notAccepted = 77;
const notFound = 127;

/**
 * The password is the first line of the input and never a word of a command. It is tried once alone, so that a wrong one
 * costs one failed attempt and not three. Then it is sent before the script, with a mark in between. If sudo asks, it reads
 * the password; if it does not ask (NOPASSWD, a cached right), the inner shell skips to the mark.
 */
const withPassword = line([
  'exec',
  'sh',
  '-c',
  [
    'IFS= read -r password',
    `export LC_ALL=C SUDO_PROMPT="${prompt}"`,
    `printf "%s\\n" "$password" | sudo -k -S -v >&2 || exit ${notAccepted}`,
    `{ printf "%s\\n" "$password" "${mark}"; cat; } | sudo -S sh -c "$1"`,
  ].join('; '),
  'sh',
  `line=; until [ "$line" = "${mark}" ]; do IFS= read -r line || exit 78; done; ${evaluate}`,
]);

/** What sudo says of a command that does nothing. */
const question = [
  'command -v sudo >/dev/null || exit 127',
  'LC_ALL=C; export LC_ALL',
  'exec sudo -n sh -c :',
].join('\n');

/**
 * Runs a script by sudo. The result is that of the script; throws PasswordNeeded or HostFailure if sudo did not begin it.
 * What sudo's words mean is not needed for that; only users read them.
 */
export async function runBySudo(
  connection: Connection,
  script: string,
  { password, limits }: { readonly password: Secret | undefined; readonly limits: CommandLimits },
): Promise<Ended> {
  const input = announced + script;
  const ended =
    password === undefined
      ? await exec(connection, withoutPassword, input, limits)
      : await exec(connection, withPassword, `${password.reveal()}\n${input}`, limits);
  const { code, errors } = ended;
  if (code !== 0 && code !== null && !errors.includes(begun)) {
    if (password !== undefined) throw refusal(ended);
    await askWhy(connection, limits);
  }
  return { ...ended, errors: wordsOf(ended) };
}

/** Without a password sudo did not begin a script. It returns if that had another reason than sudo. */
async function askWhy(connection: Connection, limits: CommandLimits): Promise<void> {
  const asked = await exec(connection, plainly, announced + question, limits);
  if (asked.code === 0 || !asked.errors.includes(begun)) return;
  if (asked.code === notFound) {
    throw new HostFailure('sudo is not installed there, or not in the PATH of its user', { reason: 'sudo' });
  }
  if (refuses.test(asked.errors)) throw refusal(asked);
  throw new PasswordNeeded();
}

/** No password helps here, says the usual sudo. Of any other sudo we find that out with a password. */
const refuses = /not in the sudoers|not allowed to execute|may not run sudo|must have a tty/;

/** Why sudo did not begin a script. One that asks twice has not accepted the first answer. */
function refusal(ended: Ended): HostFailure {
  const asked = ended.errors.split(prompt).length - 1;
  const message =
    ended.code === notAccepted && asked > 1
      ? 'sudo did not accept the password'
      : `sudo refuses: ${clean(wordsOf(ended), 300).trim()}`;
  return new HostFailure(message, { reason: 'sudo' });
}

function wordsOf({ errors }: Ended): string {
  return errors.replace(`${begun}\n`, '').replaceAll(prompt, '');
}
