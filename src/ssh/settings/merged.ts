import type { Answer, Settings } from './answer.ts';

/** Keywords of the question, not of the answer. */
const asked: ReadonlySet<string> = new Set(['host', 'hostname']);

/**
 * The settings of ssh_config for a host's other name, if it has any. They override those for the name by which the host is
 * reached.
 */
export function told(byName: Answer, alone: Answer, settings: Settings): Answer {
  const text = (answer: Answer, keyword: string): string | undefined => answer.get(keyword)?.join('\n');
  const other = [...byName].filter(
    ([keyword]) => !asked.has(keyword) && text(byName, keyword) !== text(alone, keyword),
  );
  if (other.length === 0) return new Map();
  const usual = settings.usual();
  return new Map(other.filter(([keyword]) => text(byName, keyword) !== text(usual, keyword)));
}
