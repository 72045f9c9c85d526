import type { Path } from '../model/cluster.ts';
import { addTo } from '../text/groups.ts';
import type { Place, Problem } from './problem.ts';
import { type Document, locate, parseYaml, type SourceFile } from './yaml.ts';
import { yamlWords } from './yaml-words.ts';

/** Several files read as one inventory. */
export interface Sources {
  readonly value: Record<string, unknown>;
  readonly problems: readonly Problem[];
  /** The place of a path: in the file that has most of its keys. With `onKey` the place of the key, not of the value. */
  readonly place: (path: Path, onKey?: boolean) => Place;
}

/**
 * Parses files and merges them: mappings are joined. The same leaf in two files is a problem, since a reader could not see
 * which one counts.
 */
export function readSources(files: readonly SourceFile[]): Sources {
  const documents: Document[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const parsed = parseYaml(file);
    if ('rule' in parsed) problems.push(parsed);
    else documents.push(parsed);
  }
  const place = (path: Path, onKey = false): Place => {
    const found = documents.map((document) => locate(document, path, onKey));
    const best = found.reduce<(typeof found)[number] | undefined>(
      (deepest, each) => (deepest === undefined || each.depth > deepest.depth ? each : deepest),
      undefined,
    );
    return best?.place ?? { file: files[0]?.name ?? 'inventory', line: 1, column: 1 };
  };
  const value: Record<string, unknown> = {};
  for (const [index, document] of documents.entries()) {
    if (!isMap(document.value)) {
      problems.push(notAMapping(document));
      continue;
    }
    const twice: Path[] = [];
    join(value, document.value, [], (path) => twice.push(path));
    problems.push(...repetitions(twice, document, documents.slice(0, index)));
  }
  return { value, problems, place };
}

/** Only the kind of the value is named: a file that is no inventory may be any file, and its text must not be printed. */
function notAMapping(document: Document): Problem {
  const { value } = document;
  if (value === null || value === undefined) {
    return {
      rule: 'LVS000',
      severity: 'error',
      ...yamlWords('the input is empty'),
      path: [],
      place: locate(document, [], true).place,
    };
  }
  const kind = typeof value === 'string' ? 'plain text' : nameOf(value);
  return {
    rule: 'LVS001',
    severity: 'error',
    message: `an inventory is a mapping with a key clusters, not ${kind}`,
    hint: 'to see one, make an example with: lvsform init DIR',
    path: [],
    place: locate(document, [], true).place,
  };
}

/** One problem for each part of the inventory (a cluster, for example) that an earlier file has, too, not for each of its keys. */
function repetitions(twice: readonly Path[], document: Document, earlier: readonly Document[]): Problem[] {
  const groups = new Map<string, Path[]>();
  for (const path of twice) {
    const part = path.slice(0, 2).join('\0');
    addTo(groups, part, path);
  }
  return [...groups.values()].map((paths) => {
    const [first = []] = paths;
    const path = paths.length === 1 ? first : first.slice(0, 2);
    const { place } = locate(document, path, true);
    const owner = earlier.find((each) => locate(each, first).depth === first.length);
    const other = owner === undefined ? place : locate(owner, path, true).place;
    const whole = paths.length === 1 ? '' : ` (${paths.map((each) => each.slice(2).join('.')).join(', ')})`;
    return {
      rule: 'LVS001',
      severity: 'error',
      message: `${path.join('.')}${whole} is written in two files; the other is at ${other.file}:${other.line}:${other.column}`,
      hint: 'keep it in one of the files; to keep two inventories apart, give each a directory or name its file with -i',
      path,
      place,
      also: other,
    };
  });
}

function join(
  into: Record<string, unknown>,
  from: Record<string, unknown>,
  path: Path,
  report: (path: Path) => void,
): void {
  for (const [key, value] of Object.entries(from)) {
    const here = [...path, key];
    const present = Object.hasOwn(into, key) ? into[key] : undefined;
    if (present === undefined) put(into, key, isMap(value) ? { ...value } : value);
    else if (isMap(present) && isMap(value) && here.length < joinedDepth) join(present, value, here, report);
    else report(here);
  }
}

/** Files complete one another down to `clusters.NAME.real_servers.NAME`; below that, one file has everything. */
export const joinedDepth = 4;

/** A plain assignment to `__proto__` would set the prototype; this always makes an own property. */
function put(into: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true });
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The kind of a value, in the author's words. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a mapping';
  return `the ${typeof value} ${JSON.stringify(value)}`;
}
