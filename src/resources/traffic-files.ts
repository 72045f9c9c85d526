import { documentFacts } from '../engines/facts.ts';
import type { DocumentLanguage } from '../engines/facts-shape.ts';

/**
 * Files that name virtual services, real servers and VIPs. A file that lvsform did not write is in force on its host, and
 * its entries are lost when lvsform replaces it.
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
 * The entries of one text that another one does not have: `virtual service -t 10.0.0.1:80`. Empty for a file as the
 * distribution ships it; for a text without any names, the number of its lines.
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
