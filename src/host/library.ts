/** A function of the library: its comment, and its text as it stands in its file. */
export interface HostFunction {
  readonly name: string;
  readonly comment: string;
  readonly text: string;
}

/** The shell functions that scripts for hosts name. */
export interface HostLibrary {
  readonly functions: readonly HostFunction[];
  /**
   * A script with the functions that it names, directly or by way of others, in front of it: a function that it defines
   * itself takes the place of ours. Comments do not travel.
   */
  readonly complete: (script: string) => string;
  /** A part of a script that operators read, with its functions and their comments in front of it. */
  readonly readable: (part: string) => string;
}

/** Makes a library from the texts of its files, by file name. Throws where a text holds more than functions. */
export function hostLibrary(texts: ReadonlyMap<string, string>): HostLibrary {
  const functions = [...texts].flatMap(([file, text]) => functionsOf(text, file));
  const needs = new Map<string, ReadonlySet<string>>();
  for (const { name, text } of functions) {
    if (needs.has(name)) throw new Error(`src/host defines ${name} twice`);
    needs.set(name, wordsOf(bare(text)));
  }
  const closure = (script: string): HostFunction[] => {
    const named = closureOf(script, needs);
    return functions.filter(({ name }) => named.has(name));
  };
  return {
    functions,
    complete: (script) => [...closure(script).map(({ text }) => bare(text)), script].join('\n'),
    readable: remembered((part) =>
      [...closure(part).map(({ comment, text }) => `${comment}${text}\n`), part].join('\n'),
    ),
  };
}

/** Hosts of one role share their parts: results are remembered, but not without end. */
function remembered(make: (part: string) => string): (part: string) => string {
  const known = new Map<string, string>();
  return (part) => {
    const made = known.get(part) ?? make(part);
    if (known.size >= mostKnown) known.clear();
    known.set(part, made);
    return made;
  };
}

const mostKnown = 256;

const functionShape = /^(?<comment>(?:#.*\n)*)(?<text>(?<name>\w+)\(\) \{(?: .*\}.*|\n[^]*?\n\}.*))$/gm;

/**
 * The functions of a file: `name() {` at the beginning of a line, up to the end of that line or to the first line that
 * begins with `}`, each with the comment above it. Throws where anything else but comments stands between them.
 */
export function functionsOf(text: string, file: string): HostFunction[] {
  const stray = bare(text.replaceAll(functionShape, '')).split('\n')[0];
  if (stray !== '') throw new Error(`${file}: only whole functions may stand here: ${stray}`);
  return [...text.matchAll(functionShape)].map(({ groups }) => ({
    name: groups!['name']!,
    comment: groups!['comment']!,
    text: groups!['text']!,
  }));
}

/** The names of all functions that a script names, directly or by way of others. */
function closureOf(script: string, needs: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const named = new Set<string>();
  const add = (words: ReadonlySet<string>): void => {
    for (const word of words) {
      const wanted = needs.get(word);
      if (wanted === undefined || named.has(word)) continue;
      named.add(word);
      add(wanted);
    }
  };
  add(wordsOf(script));
  return named;
}

/** A name counts wherever it stands as a whole word, be it in a text or a document: one too many does no harm. */
function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[\w./-]+/g));
}

function bare(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .join('\n');
}
