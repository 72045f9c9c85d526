import type { Question } from './applicable.ts';
import type { ConfigLine } from './ssh-config.ts';

/** The settings of ssh_config for a host, as `ssh -G` prints them: the values of each keyword, in lower case. */
export type Answer = ReadonlyMap<string, readonly string[]>;

/** Answers for hosts. */
export interface Settings {
  readonly of: (question: Question) => Answer;
  /** Looks up many hosts at once, so that `of` need not wait. */
  readonly learn: (questions: readonly Question[]) => Promise<void>;
  /** The lines of ssh_config that apply to a name, as far as lvsform can tell without another call of ssh. */
  readonly linesFor: (question: Question) => readonly ConfigLine[];
  /** True if ssh_config itself says how this name is reached. */
  readonly knows: (question: Question) => boolean;
  /** The settings of ssh_config alone for a name; undefined if that would need another call of ssh. */
  readonly alone: (name: string) => Answer | undefined;
  /** True if ssh_config has the keyword, for whichever host. */
  readonly mentions: (keyword: string) => boolean;
  /** The defaults. */
  readonly usual: () => Answer;
}

/** Reads what `ssh -G` prints. */
export function parseAnswer(text: string): Answer {
  const answer = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === undefined || value === undefined) continue;
    const key = keyword.toLowerCase();
    answer.set(key, [...(answer.get(key) ?? []), value]);
  }
  return answer;
}

/** The one value of a keyword; undefined if there is none, and for `none`. */
export function one(answer: Answer, keyword: string): string | undefined {
  const value = answer.get(keyword)?.[0];
  return value === 'none' ? undefined : value;
}
