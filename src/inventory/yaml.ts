import {
  CORE_SCHEMA,
  EVENT_ID,
  YAMLException,
  type Event,
  getScalarValue,
  load,
  mergeTag,
  parseEvents,
  SCALAR_STYLE,
} from 'js-yaml';
import type { Path } from '../model/cluster.ts';
import type { Place, Problem } from './problem.ts';
import { yamlWords } from './yaml-words.ts';

export interface SourceFile {
  /** The path as the user would write it; messages show it. */
  readonly name: string;
  readonly text: string;
}

/** A parsed file: its value, and the place of each part. */
export interface Document {
  readonly file: string;
  readonly value: unknown;
  readonly root: Node;
  readonly placeAt: (offset: number) => Place;
}

/** The place of a value; offsets count characters from the file's start. */
interface Node {
  readonly start: number;
  readonly entries: Map<string, { readonly key: number; readonly value: Node }>;
  readonly items: Node[];
  readonly merged: Node[];
  readonly scalar: boolean;
}

const schema = CORE_SCHEMA.withTags(mergeTag);

/** Parses one YAML 1.2 file, with anchors, aliases and merge keys. Returns the first mistake as a problem. */
export function parseYaml(source: SourceFile): Document | Problem {
  const text = source.text.replace(/^\uFEFF/, '');
  const placeAt = locator(source.name, text);
  try {
    const value = load(text, { schema, filename: source.name });
    const root = positions(text, parseEvents(text, { filename: source.name }));
    return { file: source.name, value, root, placeAt };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const mark = error instanceof YAMLException ? error.mark : undefined;
    const place = { file: source.name, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
    const said = error instanceof YAMLException ? error.reason : error.message;
    const words = said.startsWith('duplicated mapping key')
      ? twiceWords(text, place, placeAt)
      : yamlWords(said);
    return { rule: 'LVS000', severity: 'error', ...words, path: [], place };
  }
}

/** The message for a key that its mapping has twice, with the line of the first one. */
function twiceWords(
  text: string,
  place: Place,
  placeAt: (offset: number) => Place,
): { message: string; hint: string } {
  const twice: { name: string; first: number; again: number }[] = [];
  positions(text, parseEvents(text, { filename: place.file }), (name, first, again) =>
    twice.push({ name, first, again }),
  );
  const found = twice.find(({ again }) => {
    const { line, column } = placeAt(again);
    return line === place.line && column === place.column;
  });
  const message =
    found === undefined
      ? 'a key is written twice'
      : `${found.name} is written twice; the first is in line ${placeAt(found.first).line}`;
  return { message, hint: 'keep one of the two' };
}

/** How many keys of `path` the document has, and the place of the last of them: of a scalar its value, otherwise the key. */
export function locate(document: Document, path: Path, onKey = false): { depth: number; place: Place } {
  let node = document.root;
  let offset = node.start;
  let depth = 0;
  for (const step of path) {
    const found = child(node, step, new Set());
    if (found === undefined) break;
    depth += 1;
    const last = depth === path.length;
    offset = found.value.scalar && !(last && onKey) ? found.value.start : found.key;
    node = found.value;
  }
  return { depth, place: document.placeAt(offset) };
}

function child(node: Node, step: string | number, seen: Set<Node>): { key: number; value: Node } | undefined {
  if (seen.has(node)) return undefined;
  seen.add(node);
  const own = node.entries.get(String(step));
  if (own !== undefined) return own;
  const item = typeof step === 'number' ? node.items[step] : undefined;
  if (item !== undefined) return { key: item.start, value: item };
  for (const merged of node.merged) {
    const inherited = child(merged, step, seen);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}

/**
 * Builds the tree of positions from the parser's events. An alias means the node that its anchor names. `onTwice` is called
 * for a key that its mapping has already.
 */
function positions(
  text: string,
  events: readonly Event[],
  onTwice?: (name: string, first: number, again: number) => void,
): Node {
  const anchors = new Map<string, Node>();
  let index = 0;
  // An empty value has no place of its own: its key's place is used.
  const read = (otherwise = 0): Node => {
    const event = events[index++];
    switch (event?.type) {
      case EVENT_ID.SCALAR: {
        const quoted =
          event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
        const start = event.valueStart < 0 ? otherwise : event.valueStart - (quoted ? 1 : 0);
        const node = make(start, true);
        remember(event, node);
        return node;
      }
      case EVENT_ID.ALIAS:
        return anchors.get(text.slice(event.anchorStart, event.anchorEnd)) ?? make(event.anchorStart, true);
      case EVENT_ID.SEQUENCE: {
        const node = make(event.start, false);
        remember(event, node);
        while (events[index]?.type !== EVENT_ID.POP) node.items.push(read(node.start));
        index += 1;
        return node;
      }
      case EVENT_ID.MAPPING: {
        const node = make(event.start, false);
        remember(event, node);
        while (events[index]?.type !== EVENT_ID.POP) readPair(node);
        index += 1;
        return node;
      }
      default:
        return make(otherwise, true);
    }
  };
  const remember = (event: { anchorStart: number; anchorEnd: number }, node: Node): void => {
    if (event.anchorStart >= 0) anchors.set(text.slice(event.anchorStart, event.anchorEnd), node);
  };
  const readPair = (node: Node): void => {
    const event = events[index];
    const name = event?.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : '';
    const key = read();
    const value = read(key.start);
    const first = node.entries.get(name);
    if (first !== undefined) onTwice?.(name, first.key, key.start);
    if (name === '<<') node.merged.push(...(value.items.length > 0 ? value.items : [value]));
    else node.entries.set(name, { key: key.start, value });
  };
  if (events[0]?.type === EVENT_ID.DOCUMENT) index = 1;
  return read();
}

function make(start: number, scalar: boolean): Node {
  return { start, scalar, entries: new Map(), items: [], merged: [] };
}

function locator(file: string, text: string): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - starts[low]! + 1 };
  };
}
