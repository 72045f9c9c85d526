import type { z } from 'zod';
import type { Path } from '../model/cluster.ts';
import type { Mistake } from './problem.ts';
import { inventoryShape, type InventoryShape } from './shape.ts';
import { keysAllowed, rangeAt } from './shape-walk.ts';
import { isMap, nameOf } from './sources.ts';
import { didYouMean, nearest } from '../text/suggest.ts';

export interface ShapeMistake extends Omit<Mistake, 'also'> {
  /** True if the key is wrong, not its value. */
  readonly onKey: boolean;
}

/**
 * The typed inventory, or all mistakes in its shape. Never throws. For a large one zod generates code, which takes
 * milliseconds that a small one does not give back.
 */
export function checkShape(
  value: unknown,
  large = false,
): { shape: InventoryShape } | { mistakes: ShapeMistake[] } {
  const result = inventoryShape.safeParse(value, { jitless: !large });
  if (result.success) return { shape: result.data };
  const mistakes = result.error.issues.flatMap((issue) => mistakesOf(issue, [], value));
  const meant = new Set(mistakes.flatMap((mistake) => meantBy(mistake) ?? []));
  // A key that is missing because it is misspelt is one mistake, and is reported once.
  const twice = ({ path }: ShapeMistake): boolean =>
    meant.has(path.join('\0')) && valueAt(value, path) === undefined;
  return { mistakes: mistakes.filter((mistake) => !twice(mistake)) };
}

/** The path that the author of an unknown key most likely meant. */
function meantBy({ path, onKey }: ShapeMistake): string | undefined {
  const above = path.slice(0, -1);
  const meant = onKey ? nearest(String(path.at(-1)), keysAllowed(above)) : undefined;
  return meant === undefined ? undefined : [...above, meant].join('\0');
}

function mistakesOf(issue: z.core.$ZodIssue, above: Path, whole: unknown): ShapeMistake[] {
  const path = [...above, ...issue.path.map(key)];
  const found = valueAt(whole, path);
  const where = path.length > 0 ? path.join('.') : 'the inventory';
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((unknown) => ({
        path: [...path, unknown],
        onKey: true,
        message: `unknown key ${unknown} in ${where}`,
        hint: didYouMean(unknown, keysAllowed(path)),
      }));
    case 'invalid_union':
      return closest(issue.errors, found).flatMap((inner) => mistakesOf(inner, path, whole));
    case 'invalid_value':
      return [
        {
          path,
          onKey: false,
          message: `${where} is ${nameOf(found)}`,
          // A number that is near another one was not meant to be that one.
          hint:
            typeof found === 'number'
              ? `known: ${issue.values.map(String).join(', ')}`
              : didYouMean(String(found), issue.values.map(String)),
        },
      ];
    case 'invalid_key':
      return [
        {
          path,
          onKey: true,
          message: `${where}: ${issue.issues[0] === undefined ? 'not a key' : limitWords(issue.issues[0], path)}`,
          hint: 'rename it',
        },
      ];
    case 'invalid_type':
      return [typeMistake(path, issue.expected, found)];
    default:
      return [{ path, onKey: false, message: `${where} is ${nameOf(found)}`, hint: limitWords(issue, path) }];
  }
}

function typeMistake(path: Path, expected: string, found: unknown): ShapeMistake {
  const where = path.join('.') || 'the inventory';
  const wanted = `${typeNames[expected] ?? expected}${/^(int|number)$/.test(expected) ? rangeWords(path) : ''}`;
  if (found === undefined) {
    const parent = path.slice(0, -1).join('.') || 'the inventory';
    return { path, onKey: false, message: `${parent} lacks ${path.at(-1)}`, hint: `add it: ${wanted}` };
  }
  const quoted = wanted === 'text' && typeof found === 'number' ? '; write it in quotes' : '';
  return { path, onKey: false, message: `${where} is ${nameOf(found)}`, hint: `expected ${wanted}${quoted}` };
}

const typeNames: Record<string, string> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping of names',
  array: 'a list',
};

/** The issues of the union's branch that the author most likely meant: the one that failed deepest or least. */
function closest(
  branches: readonly (readonly z.core.$ZodIssue[])[],
  found: unknown,
): readonly z.core.$ZodIssue[] {
  const fits = (issues: readonly z.core.$ZodIssue[]): boolean =>
    !issues.some((issue) => issue.path.length === 0 && isOfAnotherKind(issue, found));
  const candidates = branches.filter(fits);
  const words = candidates.flatMap(wordsOf);
  if (words.length > 0)
    return [{ ...candidates.flat()[0]!, code: 'invalid_value', values: words } as z.core.$ZodIssue];
  if (candidates.length > 0) return candidates.reduce((a, b) => (mistakesIn(b) < mistakesIn(a) ? b : a));
  const preferred = branches.find((issues) =>
    issues.some(
      (issue) => issue.code === 'invalid_type' && issue.expected === (isMap(found) ? 'object' : 'string'),
    ),
  );
  return preferred ?? branches[0] ?? [];
}

/** True if a branch of a union is for another kind of value: a number, a text, a mapping or a list. */
function isOfAnotherKind(issue: z.core.$ZodIssue, found: unknown): boolean {
  if (issue.code === 'invalid_type') return true;
  return issue.code === 'invalid_value' && issue.values.every((value) => typeof value !== typeof found);
}

/** The words of a branch that is one of several words, and was given another one. */
function wordsOf(issues: readonly z.core.$ZodIssue[]): readonly unknown[] {
  return issues.flatMap((issue) =>
    issue.code === 'invalid_value' && issue.path.length === 0 ? issue.values : [],
  );
}

/** The number of mistakes: each unknown key is one. */
function mistakesIn(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, each) => sum + (each.code === 'unrecognized_keys' ? each.keys.length : 1), 0);
}

function key(part: PropertyKey): string | number {
  return typeof part === 'symbol' ? String(part) : part;
}

function valueAt(whole: unknown, path: Path): unknown {
  let value = whole;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** The words for what a violated limit allows. */
function limitWords(issue: z.core.$ZodIssue, path: Path): string {
  const most = issue.code === 'too_big';
  if (!most && issue.code !== 'too_small') return issue.message.replace(/^Invalid input: /, '');
  const bound = most ? issue.maximum : issue.minimum;
  const unit = units[issue.origin];
  const range = unit === undefined ? rangeWords(path) : '';
  if (range !== '') return `expected a number${range}`;
  return `expected ${most ? 'at most' : 'at least'} ${bound}${unit === undefined ? '' : ` ${several(unit, Number(bound))}`}`;
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'entry' };

function several(unit: string, count: number): string {
  return count === 1 ? unit : unit.replace(/y$/, 'ie').concat('s');
}

/** ` from 0 to 65535`, if the shape has both bounds of the number at a path. */
function rangeWords(path: Path): string {
  const range = rangeAt(path);
  return range === undefined ? '' : ` from ${range.least} to ${range.most}`;
}
