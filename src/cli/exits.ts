/** The exit statuses of all commands. A number means the same wherever it is used. */
export const exit = {
  done: 0,
  failed: 1,
  changes: 2,
  unreachable: 3,
  stale: 4,
  rolledBack: 5,
  locked: 6,
  interrupted: 130,
} as const;

export type ExitName = keyof typeof exit;

/** What each status means, and in a word for the help of a command. */
export const exitMeanings: Readonly<Record<ExitName, { readonly word: string; readonly means: string }>> = {
  done: { word: 'done', means: 'Everything that was asked for is done, and nothing is wrong.' },
  failed: {
    word: 'error',
    means:
      'An error: a wrong command line, an inventory with errors, a host that failed or cannot be changed, a check that found something wrong, output that could not be written. The message says which.',
  },
  changes: {
    word: 'changes',
    means:
      'The hosts differ from the inventory. Only with --detailed-exitcode, and then it comes before 1 for a host that cannot be changed and before 3: drift is told also while a host is away.',
  },
  unreachable: { word: 'some host unreachable', means: 'Some host cannot be reached; the others are done.' },
  stale: {
    word: 'stale plan',
    means: 'Some host is no longer what the plan saw; nothing was changed there. Plan again.',
  },
  rolledBack: {
    word: 'rolled back',
    means: 'A step failed on some host, and everything was taken back there.',
  },
  locked: { word: 'locked', means: 'Another lvsform is at work on some host; nothing was changed there.' },
  interrupted: { word: 'interrupted', means: 'Ctrl-C, twice where hosts were being changed.' },
};

/** The part of a command's help: `0 done, 1 error`. */
export function exitLine(names: readonly ExitName[], words: Partial<Record<ExitName, string>> = {}): string {
  return names.map((name) => `${exit[name]} ${words[name] ?? exitMeanings[name].word}`).join(', ');
}
