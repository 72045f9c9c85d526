import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { systemMessage } from '../disk/errors.ts';
import { Secret } from '../model/secret.ts';
import { UserError } from '../user-error.ts';
import { colours, painted, plain, type Style } from '../report/style.ts';
import { exit } from '../report/exit-statuses.ts';
import { Outlet } from './outlet.ts';

/** The only place that prints and asks. Results are written to standard output, messages for users to standard error. */
export interface Io {
  readonly style: Style;
  /** Text of the result. */
  readonly print: (text: string) => void;
  /** A value of the result, as one line of JSON. */
  readonly json: (value: unknown) => void;
  /** Text for users beside the result. */
  readonly tell: (text: string) => void;
  /** A line that the next one overwrites; on a terminal only. */
  readonly progress: (text: string) => void;
  readonly confirm: (question: string) => Promise<boolean>;
  readonly askSecret: (question: string) => Promise<Secret>;
  /** Waits until all is written. Returns the status, but a failure if the status was good and a text could not be written. */
  readonly end: (status: number) => Promise<number>;
}

/**
 * The terminal, or whatever the standard streams are. Standard input is opened when something is asked. All text passes `painted`, so that no character from a host or a file
 * steers the terminal.
 */
export function terminalIo(options: { readonly colour: boolean }): Io {
  const { stdout, stderr } = process;
  const [out, err] = [new Outlet(stdout), new Outlet(stderr)];
  const coloured =
    options.colour && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb' && stdout.isTTY;
  const mark = coloured ? randomBytes(16).toString('hex') : undefined;
  let line = '';
  const progress = (text: string): void => {
    if (!stderr.isTTY || text === line) return;
    err.write(`\r\x1b[K${painted(text).replaceAll('\n', ' ')}`);
    line = text;
  };
  const say = (to: Outlet) => (text: string) => {
    progress('');
    to.write(painted(text, mark));
  };
  const [print, tell] = [say(out), say(err)];
  return {
    style: mark === undefined ? plain : colours(mark),
    print,
    json: (value) => print(`${JSON.stringify(value)}\n`),
    tell,
    progress,
    confirm: async (question) => {
      if (!process.stdin.isTTY) {
        throw new UserError('no terminal to confirm on: review the plan first, then pass --yes');
      }
      const answer = await ask(painted(question), stderr);
      return answer.trim() === 'yes';
    },
    askSecret: async (question) => {
      if (!process.stdin.isTTY) {
        throw new UserError(
          'sudo needs a password, and there is no terminal to ask for it: set LVSFORM_SUDO_PASSWORD',
        );
      }
      err.write(painted(question));
      return new Secret(await readHidden(process.stdin, stderr));
    },
    end: async (status) => {
      await out.flushed();
      if (out.failure !== undefined) {
        tell(`lvsform: cannot write to standard output: ${systemMessage(out.failure)}\n`);
      }
      await err.flushed();
      const lost = out.failure ?? err.failure;
      return lost !== undefined && (status === exit.done || status === exit.changes) ? exit.failed : status;
    },
  };
}

function ask(question: string, output: NodeJS.WriteStream): Promise<string> {
  const reader = createInterface({ input: process.stdin, output });
  return new Promise((resolve) => {
    reader.once('close', () => resolve(''));
    reader.question(question, (answer) => {
      resolve(answer);
      reader.close();
    });
  });
}

/** Reads a line without showing it. */
function readHidden(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<string> {
  input.setRawMode(true);
  input.resume();
  input.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (): void => {
      input.setRawMode(false);
      input.pause();
      input.removeListener('data', onData);
      output.write('\n');
    };
    const onData = (data: string): void => {
      for (const letter of data) {
        if (letter === '\r' || letter === '\n') {
          end();
          resolve(typed);
          return;
        }
        if (letter === '\x03') {
          end();
          reject(new UserError('interrupted', { exitCode: exit.interrupted }));
          return;
        }
        typed = letter === '\x7f' ? typed.slice(0, -1) : typed + letter;
      }
    };
    input.on('data', onData);
  });
}
