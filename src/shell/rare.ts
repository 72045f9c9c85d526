import { engineVerbs } from './engines.ts';
import { mountVerbs } from './mounts.ts';
import { tableVerbs } from './table.ts';

const texts = [tableVerbs, mountVerbs, engineVerbs].map((text) => ({
  text,
  names: [...text.matchAll(/^(\w+)\(\)/gm)].map(([, name]) => name!),
}));

/** What of the verbs that few hosts need travels with a script: those of which it names one. */
export function rareVerbs(script: string): string {
  return texts
    .filter(({ names }) => names.some((name) => new RegExp(`\\b${name}\\b`).test(script)))
    .map(({ text }) => text)
    .join('');
}
