import { visible } from '../text/clean.ts';

/** Colours, or none. */
export interface Style {
  readonly add: (text: string) => string;
  readonly change: (text: string) => string;
  readonly remove: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly alarm: (text: string) => string;
}

const same = (text: string): string => text;

export const plain: Style = { add: same, change: same, remove: same, bold: same, dim: same, alarm: same };

/**
 * Colours as marks, which `painted` turns into escape sequences. A mark begins with `word`, which is random and never leaves
 * the process, so that no text of a host or a file can contain a mark.
 */
export function colours(word: string): Style {
  const mark = (code: number) => (text: string) => `${word}${code};${text}${word}0;`;
  return { add: mark(32), change: mark(33), remove: mark(31), bold: mark(1), dim: mark(2), alarm: mark(31) };
}

/** A text for the screen: characters that could steer a terminal are made visible, and only our own marks give colours. */
export function painted(text: string, word?: string): string {
  const safe = visible(text);
  return word === undefined
    ? safe
    : safe.replaceAll(new RegExp(`${word}(\\d+);`, 'g'), (_, code: string) => `\x1b[${code}m`);
}
