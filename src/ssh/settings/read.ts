import { userInfo } from 'node:os';
import { UserError } from '../../user-error.ts';
import type { Answer, Settings } from './answer.ts';
import { Applicable, type Question } from './applicable.ts';
import { expandPath, expandTokens } from './expand.ts';
import { harmless } from './keywords.ts';
import type { ConfigLine, Section } from './ssh-config.ts';

/** The defaults of OpenSSH (ssh_config(5)). */
const usual: Readonly<Record<string, readonly string[]>> = {
  port: ['22'],
  stricthostkeychecking: ['ask'],
  identityfile: ['~/.ssh/id_rsa', '~/.ssh/id_ecdsa', '~/.ssh/id_ed25519'],
  userknownhostsfile: ['~/.ssh/known_hosts ~/.ssh/known_hosts2'],
  globalknownhostsfile: ['/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2'],
};

/** Keywords with one value, and those with several words. */
const single: ReadonlySet<string> = new Set([
  'hostname',
  'port',
  'user',
  'identitiesonly',
  'identityagent',
  'stricthostkeychecking',
  'hostkeyalias',
  'revokedhostkeys',
  'connecttimeout',
  'addressfamily',
  'bindaddress',
  'hashknownhosts',
  'gssapiauthentication',
  'pubkeyauthentication',
  'preferredauthentications',
]);
/** Keywords whose value is a word in any case, and two of these words as `ssh -G` prints them. */
const words: ReadonlySet<string> = new Set([
  'identitiesonly',
  'stricthostkeychecking',
  'addressfamily',
  'hashknownhosts',
  'gssapiauthentication',
  'pubkeyauthentication',
]);
const flags: Readonly<Record<string, string>> = { true: 'yes', false: 'no' };
const several: ReadonlySet<string> = new Set(['userknownhostsfile', 'globalknownhostsfile']);
const algorithms: ReadonlySet<string> = new Set([
  'ciphers',
  'macs',
  'kexalgorithms',
  'hostkeyalgorithms',
  'pubkeyacceptedalgorithms',
]);

/** The settings of ssh_config, read without OpenSSH. An unknown keyword that applies to a host is refused by name. */
export class Read implements Settings {
  readonly #applicable: Applicable;

  constructor(sections: readonly Section[]) {
    this.#applicable = new Applicable(sections);
  }

  of(question: Question): Answer {
    const answer = new Map<string, string[]>();
    for (const line of this.linesFor(question)) {
      // Whichever comes first of ProxyCommand and ProxyJump counts.
      if (line.keyword === 'proxycommand' && !answer.has('proxyjump')) answer.set('proxyjump', ['none']);
      const value = valueOf(line);
      if (value === undefined) continue;
      const before = answer.get(line.keyword);
      if (line.keyword === 'identityfile') answer.set(line.keyword, [...new Set([...(before ?? []), value])]);
      else if (before === undefined) answer.set(line.keyword, [value]);
    }
    return completed(answer, question);
  }

  learn(): Promise<void> {
    return Promise.resolve();
  }

  knows(question: Question): boolean {
    return this.linesFor(question).some(({ keyword }) => keyword === 'hostname');
  }

  alone(name: string): Answer {
    return this.of({ name });
  }

  mentions(keyword: string): boolean {
    return this.#applicable.mentions(keyword);
  }

  usual(): Answer {
    return new Read([]).of({ name: 'none' });
  }

  linesFor(question: Question): ConfigLine[] {
    return this.#applicable.linesFor(question, (match) => {
      throw notUnderstood(match, `Match ${match.rest}`);
    });
  }
}

/** The value of a line; undefined if it changes nothing. Throws UserError. */
function valueOf(line: ConfigLine): string | undefined {
  const { keyword, args, rest, place } = line;
  const [value] = args;
  const written = `${keyword} ${rest}`;
  if (harmless.has(keyword)) return undefined;
  if (value === undefined) throw new UserError(`${place}: ${keyword} has no value`);
  if (keyword === 'proxyjump') return rest;
  if (several.has(keyword))
    return args.some((each) => /\s/.test(each)) ? refuse(line, written) : args.join(' ');
  if (keyword === 'connecttimeout') return /^\d+$|^none$/.test(value) ? value : refuse(line, written);
  if (words.has(keyword)) return flags[value.toLowerCase()] ?? value.toLowerCase();
  if (single.has(keyword) || keyword === 'identityfile') return value;
  if (algorithms.has(keyword)) return /^[+^-]|[*?]/.test(value) ? refuse(line, written) : value;
  if (/^(?:no|none|false)$/i.test(value)) return undefined;
  return refuse(line, keyword);
}

function refuse(line: ConfigLine, what: string): never {
  throw notUnderstood(line, what);
}

function notUnderstood({ place }: ConfigLine, what: string): UserError {
  return new UserError(`${place}: lvsform does not understand ${what}`, {
    hint: 'install OpenSSH’s client (openssh-client), which lvsform asks what ssh_config means; or name an ssh_config without it by --ssh-config',
  });
}

function completed(answer: Map<string, string[]>, { name, user, port }: Question): Answer {
  const told = (keyword: string): string | undefined => answer.get(keyword)?.[0];
  const host = expandHost(told('hostname') ?? name, name).toLowerCase();
  const login = user ?? told('user') ?? userInfo().username;
  const door = String(port ?? told('port') ?? 22);
  const alias = told('hostkeyalias');
  const tokens = { name, host, port: Number(door), user: login, alias, jump: undefined };
  const files = (answer.get('userknownhostsfile') ?? usual['userknownhostsfile']!).flatMap((each) =>
    each.split(' ').map((path) => expandPath(path, tokens)),
  );
  return new Map([
    ...Object.entries(usual),
    ...answer,
    ['host', [name]],
    ['hostname', [host]],
    ['user', [login]],
    ['port', [door]],
    ['userknownhostsfile', [files.join(' ')]],
  ]);
}

function expandHost(text: string, name: string): string {
  const tokens = { name, host: name, port: 0, user: '', alias: undefined, jump: undefined };
  return expandTokens(text, tokens);
}
