import { parseArgs } from 'node:util';
import type { Options } from './report.ts';

export const usage = `npm run bench -- [SECTION...] [--sizes 2,50,200] [--rounds 3] [--json] [--write]`;

/** Reads the command line. Throws where a section is not known, or a number is none. */
export function readOptions(words: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      sizes: { type: 'string', default: '2,50,200' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`unknown section ${unknown}: it is one of ${known.join(', ')}`);
  return {
    names: positionals.length > 0 ? positionals : known,
    sizes: values.sizes.split(',').map(count),
    rounds: count(values.rounds),
    json: values.json,
    write: values.write,
  };
}

function count(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`${text} is not a number of hosts or rounds`);
}
