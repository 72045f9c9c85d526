import { documentFacts } from '../engines/facts.ts';
import type { DocumentLanguage } from '../engines/facts-shape.ts';

/**
 * Files that say where traffic goes, and who holds what. Where a host has one that lvsform did not write, what it says is
 * in force there, and goes when lvsform writes its own.
 */
const languages = {
  // ipvsadm(8), the lines of `ipvsadm -S`.
  ipvsadm: {
    words: [
      ['virtual service', /^(?:-A|--add-service) (?<name>-\S+ \S+)/g],
      ['real server', /^(?:-a|--add-server) (?<name>-\S+ \S+(?: -6)? (?:-r|--real-server) \S+)/g],
    ],
    comment: /^\s*#/,
  },
  ...documentFacts,
} satisfies Record<string, DocumentLanguage>;

export type TrafficLanguage = keyof typeof languages;

export const trafficLanguages = Object.keys(languages) as [TrafficLanguage, ...TrafficLanguage[]];

/**
 * What one text says and another one does not: `virtual service -t 10.0.0.1:80`. Nothing for what a distribution brings; of
 * a text in which nothing has a name, how many lines it has.
 */
export function saidOnlyBy(theirs: string, ours: string, language: TrafficLanguage): string[] {
  if (theirs === ours) return [];
  const { shipped, comment }: DocumentLanguage = languages[language];
  const said = saidIn(theirs, language);
  if (said.length === 0) {
    const lines = theirs.split('\n').filter((text) => text.trim() !== '' && !comment.test(text));
    return lines.length === 0 ? [] : [`${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`];
  }
  if (said.every(({ name }) => shipped?.test(name) === true)) return [];
  const kept = new Set(saidIn(ours, language).map(({ text }) => text));
  return [...new Set(said.map(({ text }) => text))].filter((text) => !kept.has(text));
}

function saidIn(text: string, language: TrafficLanguage): { name: string; text: string }[] {
  const { words, comment }: DocumentLanguage = languages[language];
  let inside = '';
  return text
    .split('\n')
    .filter((line) => !comment.test(line))
    .flatMap((line) =>
      words.flatMap(([what, pattern, role]) =>
        [...line.matchAll(pattern)].map(({ groups }) => {
          const name = groups!['name']!.trim().replace(/\s+/g, ' ');
          if (role === 'holds') inside = ` of ${name}`;
          return { name, text: `${what} ${name}${role === 'inside' ? inside : ''}` };
        }),
      ),
    );
}
