import { userInfo } from 'node:os';
import { type ConfigLine, hostLineMeans, type Section } from './ssh-config.ts';
import { isPlain, matchesOne } from './patterns.ts';

/** The name, user and so on by which ssh_config is asked about a host. */
export interface Question {
  readonly name: string;
  /** Set beside ssh_config, which it overrides. */
  readonly user?: string;
  readonly port?: number;
}

/** The lines of an ssh_config that apply to a host, in their order. Looked up by name, so that many hosts cost little. */
export class Applicable {
  readonly #sections: readonly Section[];
  /** Sections under one `Host` line that only lists names, by name. */
  readonly #named = new Map<string, number[]>();
  /** All others, which must be tried. */
  readonly #others: number[] = [];
  readonly #mentioned: ReadonlySet<string>;

  constructor(sections: readonly Section[]) {
    this.#sections = sections;
    this.#mentioned = new Set(sections.flatMap(({ lines }) => lines.map(({ keyword }) => keyword)));
    for (const [index, { under }] of sections.entries()) {
      const [only, ...more] = under;
      const listed = only?.keyword === 'host' && more.length === 0 && only.args.every(isPlain);
      if (!listed) this.#others.push(index);
      else
        for (const name of new Set(only.args))
          this.#named.set(name, [...(this.#named.get(name) ?? []), index]);
    }
  }

  /** True if a `Match` depends on more than names and patterns of names. */
  get asksMore(): boolean {
    return this.#others.some((index) => this.#sections[index]!.under.some((line) => isOpen(line)));
  }

  /** True if the keyword is written anywhere, for whichever host. */
  mentions(keyword: string): boolean {
    return this.#mentioned.has(keyword);
  }

  /** Evaluates each `Match` if possible; `unsure` is called for the others. */
  linesFor(question: Question, unsure: (match: ConfigLine) => void = () => {}): ConfigLine[] {
    const indexes = [...(this.#named.get(question.name) ?? []), ...this.#others].toSorted((a, b) => a - b);
    const found: ConfigLine[] = [];
    for (const index of indexes) {
      const { under, lines } = this.#sections[index]!;
      if (under.every((line) => holds(line, question, found, unsure))) found.push(...lines);
    }
    return found;
  }
}

/** True for a `Match` that is not `all`. */
function isOpen({ keyword, args }: ConfigLine): boolean {
  return keyword === 'match' && !(args.length === 1 && args[0]!.toLowerCase() === 'all');
}

function holds(
  line: ConfigLine,
  question: Question,
  before: readonly ConfigLine[],
  unsure: (match: ConfigLine) => void,
): boolean {
  if (line.keyword === 'host') return hostLineMeans(line, question.name);
  const told = (keyword: string): string | undefined =>
    before.find((each) => each.keyword === keyword)?.args[0];
  const subjects: Readonly<Record<string, () => string>> = {
    originalhost: () => question.name,
    host: () => (told('hostname') ?? question.name).replaceAll('%h', question.name),
    user: () => question.user ?? told('user') ?? userInfo().username,
    localuser: () => userInfo().username,
  };
  for (let at = 0; at < line.args.length; at += 2) {
    const word = line.args[at]!.toLowerCase();
    if (word === 'all') return true;
    const subject = subjects[word.replace(/^!/, '')];
    if (subject === undefined) {
      unsure(line);
      return false;
    }
    // Names of hosts in any case, as in OpenSSH (match_hostname); names of users as they are written.
    const text = (value: string): string => (word.endsWith('host') ? value.toLowerCase() : value);
    const fits = matchesOne(text(line.args[at + 1] ?? '').split(','), text(subject()));
    if (fits === word.startsWith('!')) return false;
  }
  return true;
}
