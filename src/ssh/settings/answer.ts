import type { Question } from './applicable.ts';

/** What ssh_config comes to for a host, as `ssh -G` prints it: the values of each keyword, in lower case. */
export type Answer = ReadonlyMap<string, readonly string[]>;

/** Answers for hosts. */
export interface Settings {
  readonly of: (question: Question) => Answer;
  /** Finds out about many hosts at once, so that `of` need not wait. */
  readonly learn: (questions: readonly Question[]) => Promise<void>;
  /** True where ssh_config itself says what this name is reached by. */
  readonly knows: (question: Question) => boolean;
  /** What ssh_config alone says of a name; undefined where that would have to be asked for by itself. */
  readonly alone: (name: string) => Answer | undefined;
  /** What holds where ssh_config says nothing. */
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

/** The one value of a keyword; undefined where there is none, and for `none`. */
export function one(answer: Answer, keyword: string): string | undefined {
  const value = answer.get(keyword)?.[0];
  return value === 'none' ? undefined : value;
}
