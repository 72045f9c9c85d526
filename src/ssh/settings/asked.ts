import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { availableParallelism, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import pLimit from 'p-limit';
import { clean } from '../../text/clean.ts';
import { UserError } from '../../user-error.ts';
import { type Answer, parseAnswer, type Settings } from './answer.ts';
import { Applicable, type Question } from './applicable.ts';
import { type ConfigLine, type Section } from './ssh-config.ts';

/** Milliseconds that `ssh -G` may take: it may run commands (`Match exec`), and ask name servers. */
const longest = 10_000;
const most = 1024 * 1024;

/** True if OpenSSH's client is installed. */
export function isInstalled(): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'ssh'), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/** Keywords that differ between hosts and change no other keyword: hosts that differ only in them share one answer. */
const separate: ReadonlySet<string> = new Set(['hostname', 'port', 'user', 'hostkeyalias', 'identityfile']);
/** Keywords of which only the presence matters. */
const unread: ReadonlySet<string> = new Set([
  'controlpath',
  'localcommand',
  'remotecommand',
  'proxycommand',
  'knownhostscommand',
  'certificatefile',
]);

/** How a question is asked: the words to ssh, the key of the stored answer, and how the answer is read. */
interface Put {
  readonly words: readonly string[];
  readonly key: string;
  readonly answer: (given: Answer) => Answer;
}

/** The settings of ssh_config, from `ssh -G`; `config` is the file that the user named. */
export class Asked implements Settings {
  readonly #config: readonly string[];
  readonly #applicable: Applicable;
  readonly #answers = new Map<string, Answer>();

  constructor(config: string | undefined, sections: readonly Section[]) {
    this.#config = config === undefined ? [] : ['-F', config];
    this.#applicable = new Applicable(sections);
  }

  of(question: Question): Answer {
    const put = this.#put(question);
    return put.answer(this.#answers.get(put.key) ?? this.#learned(put, this.#askNow(put.words)));
  }

  async learn(questions: readonly Question[]): Promise<void> {
    const limit = pLimit(2 * availableParallelism());
    const puts = new Map(questions.map((each) => this.#put(each)).map((put) => [put.key, put] as const));
    const open = [...puts.values()].filter(({ key }) => !this.#answers.has(key));
    await Promise.all(
      open.map((put) => limit(async () => this.#learned(put, await ask([...this.#staying, ...put.words])))),
    );
  }

  linesFor(question: Question): ConfigLine[] {
    return this.#applicable.linesFor(question);
  }

  knows(question: Question): boolean {
    const { asksMore } = this.#applicable;
    if (asksMore) return this.of(question).get('hostname')?.[0] !== question.name.toLowerCase();
    return this.#applicable.linesFor(question).some(({ keyword }) => keyword === 'hostname');
  }

  alone(name: string): Answer | undefined {
    const { key, answer } = this.#put({ name });
    const given = this.#answers.get(key);
    return given === undefined ? undefined : answer(given);
  }

  mentions(keyword: string): boolean {
    return this.#applicable.mentions(keyword);
  }

  usual(): Answer {
    const words = ['-F', 'none', '--', 'none'];
    const key = words.join(' ');
    return this.#answers.get(key) ?? this.#learned({ key }, this.#askNow(words));
  }

  #askNow(words: readonly string[]): string {
    return askNow([...this.#staying, ...words]);
  }

  /** ssh refuses to answer where it would go into the background and has no command. */
  get #staying(): string[] {
    return this.mentions('forkafterauthentication') ? ['-o', 'ForkAfterAuthentication=no'] : [];
  }

  #learned({ key }: Pick<Put, 'key'>, text: string): Answer {
    const answer = parseAnswer(text);
    this.#answers.set(key, answer);
    return answer;
  }

  #put(question: Question): Put {
    const { name, user, port } = question;
    const lines = this.#applicable.asksMore ? [] : this.#applicable.linesFor(question);
    if (this.#applicable.asksMore || !lines.every((line) => isLiteral(line, name))) {
      const login = user === undefined ? [] : ['-l', user];
      const door = port === undefined ? [] : ['-p', String(port)];
      const words = [...this.#config, ...login, ...door, '--', name];
      return { words, key: words.join('\0'), answer: (given) => given };
    }
    const own = lines.filter(({ keyword }) => separate.has(keyword));
    const common = lines.filter(({ keyword }) => !separate.has(keyword)).map(({ place }) => place);
    const keys = own.some(({ keyword }) => keyword === 'identityfile') ? 'own keys' : 'usual keys';
    return {
      words: [...this.#config, '--', name],
      key: [keys, ...common].join('\0'),
      answer: (given) => withOwn(given, question, own),
    };
  }
}

/** True if a line means the same for every host to which it applies. */
function isLiteral({ keyword, args, rest }: ConfigLine, name: string): boolean {
  if (unread.has(keyword)) return true;
  const [value = ''] = args;
  if (keyword === 'canonicalizehostname') return /^(?:no|none|false)$/i.test(value);
  // ssh refuses a host that is reached through itself.
  if (keyword === 'proxyjump' && rest.includes(name)) return false;
  if (keyword === 'port') return /^\d{1,5}$/.test(value);
  if (keyword === 'hostname') return !/%(?!h)|\$/.test(value);
  if (separate.has(keyword)) return !/[%$]/.test(value) && value !== 'none' && value !== '';
  return !/%(?![%diuLl])/.test(rest);
}

/** The shared answer with this host's own values. */
function withOwn(shared: Answer, { name, user, port }: Question, own: readonly ConfigLine[]): Answer {
  const all = (keyword: string): string[] =>
    own.filter((line) => line.keyword === keyword).map(({ args }) => args[0]!);
  const answer = new Map(shared);
  const put = (keyword: string, value: string | undefined): void => {
    if (value === undefined) answer.delete(keyword);
    else answer.set(keyword, [value]);
  };
  put('host', name);
  put('hostname', (all('hostname')[0] ?? name).replaceAll('%h', name).toLowerCase());
  put('user', user ?? all('user')[0] ?? userInfo().username);
  put('port', String(port ?? Number(all('port')[0] ?? 22)));
  put('hostkeyalias', all('hostkeyalias')[0]);
  const keys = new Set(all('identityfile'));
  if (keys.size > 0) answer.set('identityfile', [...keys]);
  return answer;
}

const asking = (words: readonly string[]): string[] => ['-T', '-G', ...words];

function ask(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: longest, maxBuffer: most, encoding: 'utf8' as const };
    const child = execFile('ssh', asking(words), options, (error, output, errors) => {
      if (error === null) resolve(output);
      else reject(noAnswer(words, error.killed === true, errors));
    });
    child.stdin?.end();
  });
}

function askNow(words: readonly string[]): string {
  const { status, signal, stdout, stderr } = spawnSync('ssh', asking(words), {
    timeout: longest,
    maxBuffer: most,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return stdout;
  throw noAnswer(words, signal !== null, stderr);
}

function noAnswer(words: readonly string[], late: boolean, errors: string): UserError {
  const why = late
    ? `no answer within ${longest / 1000} s`
    : clean(errors ?? '', 1000)
        .trim()
        .replaceAll('\n', '; ');
  return new UserError(`ssh -G ${words.at(-1)}: ${why}`, { hint: 'correct the ssh_config' });
}
