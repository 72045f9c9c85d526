import fc from 'fast-check';
import { UnusableAnswer } from '../../src/shell/unusable.ts';

/** Runs something on what a host said; true where it gave a result, false where it was refused as it has to be. */
export function survives(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof UnusableAnswer) return false;
    throw error;
  }
}

const bits = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll(/[^\0-\xff]/g, '\xe9')),
  fc.constantFrom(
    '\0',
    '\n',
    '\n\n',
    ' ',
    '-1',
    '1e999',
    '99999999999999999999',
    '0x1f',
    'NaN',
    '\xff\xfe',
    '\x1b[2J',
    '../../etc',
    '<',
    '"',
    '__proto__',
    '=',
    ':',
    '|',
    '[::]:1',
  ),
);

type Edit = (raw: string, frame: string) => string;

/** A place in a text, as a share of its length. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (raw: string, share: number): number => Math.floor(share * raw.length);

const edits: fc.Arbitrary<Edit> = fc.oneof(
  place.map(
    (share): Edit =>
      (raw) =>
        raw.slice(0, at(raw, share)),
  ),
  fc.tuple(place, bits).map(
    ([share, text]): Edit =>
      (raw) =>
        raw.slice(0, at(raw, share)) + text + raw.slice(at(raw, share)),
  ),
  fc.tuple(place, fc.nat(200), bits).map(
    ([share, gone, text]): Edit =>
      (raw) =>
        raw.slice(0, at(raw, share)) + text + raw.slice(at(raw, share) + gone),
  ),
  // Whole sections: left out, said twice, in another order.
  fc
    .tuple(fc.nat(), fc.nat(), fc.constantFrom('drop', 'repeat', 'swap', 'rename'))
    .map(([one, other, what]): Edit => (raw, frame) => {
      const [head = '', ...sections] = raw.split(`\n@${frame} `);
      if (sections.length === 0) return raw;
      const [i, j] = [one % sections.length, other % sections.length];
      if (what === 'drop') sections.splice(i, 1);
      if (what === 'repeat') sections.splice(j, 0, sections[i]!);
      if (what === 'swap') [sections[i], sections[j]] = [sections[j]!, sections[i]!];
      if (what === 'rename') sections[i] = `${sections[j]!.split('\n')[0]}\n${sections[i]!.split('\n')[1]}`;
      return [head, ...sections].join(`\n@${frame} `);
    }),
  // Words of lines: numbers out of range, and others that are none.
  fc.tuple(fc.nat(), bits).map(([which, text]): Edit => (raw) => {
    const words = raw.split(/(\s+)/);
    words[which % words.length] = text;
    return words.join('');
  }),
);

/** Ways to spoil an answer, each of a few steps. */
export const spoiled: fc.Arbitrary<Edit> = fc
  .array(edits, { minLength: 1, maxLength: 6 })
  .map((all) => (raw, frame) => all.reduce((text, edit) => edit(text, frame), raw));

const size = 150_000;

/** Long bodies on which a careless expression takes the square of their length. */
export const long: readonly string[] = [
  ' ',
  '\n',
  '\t',
  '/',
  '<',
  '>',
  '<a ',
  '<a>',
  '[',
  '(',
  '|',
  '=',
  ',',
  ':',
  '0',
  'a',
  '1 ',
  '1: ',
  'x\n',
  ': 1 1 1',
  '\xff',
  '%',
  '"',
  '&amp;',
  '123 1 1 1',
  ' after 1',
  'reply from a [0',
  'lladdr a',
  '-A -t 1 ',
  '\n \n',
  '1: a',
  '\u00a0',
].flatMap((piece) => {
  const many = piece.repeat(Math.ceil(size / piece.length));
  return [`${many}!`, `2: eth0 inet ${many}!`];
});
