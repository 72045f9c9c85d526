import { readFile, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { refused } from '../../disk/errors.ts';
import { UserError } from '../../user-error.ts';
import { glob, matchesOne } from './patterns.ts';

/** A line of an ssh_config that is no comment (ssh_config(5)). */
export interface ConfigLine {
  /** In lower case. */
  readonly keyword: string;
  readonly args: readonly string[];
  /** The rest of the line after the keyword, as written: some keywords take all of it. */
  readonly rest: string;
  /** `FILE:LINE`, for messages. */
  readonly place: string;
}

/** Lines that apply together: if all `Host` and `Match` lines above them apply. */
export interface Section {
  readonly under: readonly ConfigLine[];
  readonly lines: ConfigLine[];
}

/** OpenSSH's limit for nested Include lines. */
const deepest = 16;

/**
 * Reads the files that `ssh` would read: the one that the user named, or the user's own and the system's. Throws UserError if
 * the named one cannot be read, or a line is not valid.
 */
export async function readSshConfig(named: string | undefined): Promise<Section[]> {
  const own = join(userInfo().homedir, '.ssh');
  const files =
    named === undefined
      ? [
          { file: join(own, 'config'), included: own },
          { file: '/etc/ssh/ssh_config', included: '/etc/ssh' },
        ]
      : [{ file: named, included: own }];
  const sections: Section[] = [];
  for (const { file, included } of files) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (named === undefined && (error.code === 'ENOENT' || error.code === 'EACCES')) return '';
      return refused(`cannot read the ssh_config ${file}`)(error);
    });
    await addFile(sections, file, text, { included, under: [], depth: 0 });
  }
  return sections;
}

interface Place {
  /** The folder for relative names of `Include`. */
  readonly included: string;
  readonly under: readonly ConfigLine[];
  readonly depth: number;
}

async function addFile(sections: Section[], file: string, text: string, place: Place): Promise<void> {
  let section: Section = { under: place.under, lines: [] };
  sections.push(section);
  const begin = (under: readonly ConfigLine[]): void => {
    section = { under, lines: [] };
    sections.push(section);
  };
  for (const [index, each] of text.split('\n').entries()) {
    const line = parseLine(each, `${file}:${index + 1}`);
    if (line === undefined) continue;
    if (line.keyword === 'host' || line.keyword === 'match') begin([...place.under, line]);
    else if (line.keyword === 'include') {
      const { under } = section;
      if (place.depth >= deepest) throw new UserError(`${line.place}: Include is nested too deeply`);
      for (const found of await filesOf(line, place.included)) {
        const inner = await readFile(found, 'utf8').catch(() => '');
        await addFile(sections, found, inner, { ...place, under, depth: place.depth + 1 });
      }
      begin(under);
    } else section.lines.push(line);
  }
}

/** The files that an `Include` names, in the order in which they are read. */
async function filesOf(line: ConfigLine, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const arg of line.args) {
    if (/[%$]/.test(arg)) throw new UserError(`${line.place}: lvsform does not understand Include ${arg}`);
    const path = arg.replace(/^~(?=\/)/, userInfo().homedir);
    files.push(...(await expanded(isAbsolute(path) ? path : join(folder, path))));
  }
  return files;
}

/** The paths that fit a pattern of glob(7), sorted. */
async function expanded(pattern: string): Promise<string[]> {
  if (!/[*?[]/.test(pattern)) return [pattern];
  const folders = await expanded(dirname(pattern));
  const fits = glob(pattern.slice(dirname(pattern).length).replace(/^\//, ''));
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => fits.test(name)).map((name) => join(folder, name));
    }),
  );
  return found.flat().toSorted();
}

/** One line; undefined for a comment. Throws UserError if a quotation mark is missing. */
export function parseLine(text: string, place: string): ConfigLine | undefined {
  const [, written, rest] = /^\s*"?([^\s="#][^\s="]*)"?\s*=?\s*(.*?)[\s\f]*$/.exec(text) ?? [];
  if (written === undefined || rest === undefined) return undefined;
  const args = words(rest);
  if (args === undefined) throw new UserError(`${place}: a quotation mark is missing`);
  return { keyword: written.toLowerCase(), args, rest, place };
}

/** Words as OpenSSH's argv_split() finds them; undefined if a quotation mark is missing. */
export function words(text: string): string[] | undefined {
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/[ \t]/.test(text[at]!)) {
      at += 1;
      continue;
    }
    if (text[at] === '#') break;
    let word = '';
    let mark = '';
    for (; at < text.length && (mark !== '' || !/[ \t]/.test(text[at]!)); at += 1) {
      const [letter, next] = [text[at]!, text[at + 1] ?? ''];
      const escaped = letter === '\\' && (/['"\\]/.test(next) || (mark === '' && next === ' '));
      if (escaped) {
        word += next;
        at += 1;
      } else if (mark === '' && /['"]/.test(letter)) mark = letter;
      else if (letter === mark) mark = '';
      else word += letter;
    }
    if (mark !== '') return undefined;
    found.push(word);
  }
  return found;
}

/** True if a line's patterns fit this name. */
export function hostLineMeans({ args }: ConfigLine, name: string): boolean {
  return matchesOne(args, name);
}
