import type { Answer, Settings } from './answer.ts';

/** These are what a host is asked by, and not what is said of it. */
const asked: ReadonlySet<string> = new Set(['host', 'hostname']);

/**
 * What ssh_config says of a host's other name, where it says anything of it: it goes before what it says of the name by
 * which the host is reached.
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
