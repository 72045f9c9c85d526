import type { Answer, Settings } from './answer.ts';
import type { Question } from './applicable.ts';

/** Keywords of the question, not of the answer. */
const asked: ReadonlySet<string> = new Set(['host', 'hostname']);

/** Keywords of the lines for one name that are not for the other: their values count, even if they are the defaults. */
function writtenFor(name: Question, destination: Question, settings: Settings): ReadonlySet<string> {
  const others = new Set(settings.linesFor(destination).map(({ place }) => place));
  return new Set(
    settings
      .linesFor(name)
      .filter(({ place }) => !others.has(place))
      .map(({ keyword }) => keyword),
  );
}

/**
 * The settings of ssh_config for a host's other name, if it has any. They override those for the name by which the host is
 * reached.
 */
export function told(name: Question, destination: Question, settings: Settings): Answer {
  const [byName, alone] = [settings.of(name), settings.of(destination)];
  const text = (answer: Answer, keyword: string): string | undefined => answer.get(keyword)?.join('\n');
  const other = [...byName].filter(
    ([keyword]) => !asked.has(keyword) && text(byName, keyword) !== text(alone, keyword),
  );
  if (other.length === 0) return new Map();
  const usual = settings.usual();
  const said = writtenFor(name, destination, settings);
  return new Map(
    other.filter(([keyword]) => said.has(keyword) || text(byName, keyword) !== text(usual, keyword)),
  );
}
