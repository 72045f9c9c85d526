import { existsSync } from 'node:fs';
import { quote } from '../shell/quote.ts';

/** `-i PATH` for a word that names an inventory: a YAML file, or a path that exists. Undefined for any other word. */
export function inventoryInstead(word: string): string | undefined {
  if (word === '' || word.includes('\0')) return undefined;
  return /\.ya?ml$/.test(word) || existsSync(word) ? `-i ${quote(word)}` : undefined;
}
