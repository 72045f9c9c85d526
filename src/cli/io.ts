import { createInterface } from 'node:readline';
import { Secret } from '../model/secret.ts';
import { UserError } from '../report/user-error.ts';
import { colours, plain, type Style } from '../report/style.ts';

/** The only one that prints and asks. Results go to standard output; what people are told goes to standard error. */
export interface Io {
  readonly style: Style;
  /** Text of the result. */
  readonly print: (text: string) => void;
  /** Text for people beside the result. */
  readonly tell: (text: string) => void;
  /** A line that is written over by the next one; on a terminal only. */
  readonly progress: (text: string) => void;
  readonly confirm: (question: string) => Promise<boolean>;
  readonly askSecret: (question: string) => Promise<Secret>;
}

export function terminalIo(options: { readonly colour: boolean }): Io {
  const { stdin, stdout, stderr } = process;
  const coloured =
    options.colour && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb' && stdout.isTTY;
  let line = '';
  const progress = (text: string): void => {
    if (!stderr.isTTY || text === line) return;
    stderr.write(`\r\x1b[K${text}`);
    line = text;
  };
  return {
    style: coloured ? colours : plain,
    print: (text) => {
      progress('');
      stdout.write(text);
    },
    tell: (text) => {
      progress('');
      stderr.write(text);
    },
    progress,
    confirm: async (question) => {
      if (!stdin.isTTY) {
        throw new UserError('there is no terminal to confirm on; look at the plan first, then use --yes');
      }
      const answer = await ask(question, stderr);
      return answer.trim() === 'yes';
    },
    askSecret: async (question) => {
      if (!stdin.isTTY) {
        throw new UserError(
          'sudo wants a password and there is no terminal to ask on; set LVSFORM_SUDO_PASSWORD',
        );
      }
      stderr.write(question);
      return new Secret(await readHidden(stdin, stderr));
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
          reject(new UserError('interrupted', { exitCode: 130 }));
          return;
        }
        typed = letter === '\x7f' ? typed.slice(0, -1) : typed + letter;
      }
    };
    input.on('data', onData);
  });
}
