import type { Path } from '../model/cluster.ts';
import type { ShapeFinding } from './check-shape.ts';

/** Every key and text with a NUL character: no file's name, no shell word and no daemon's configuration can hold one. */
export function nulFindings(value: unknown, path: Path = [], seen = new Set<unknown>()): ShapeFinding[] {
  if (typeof value === 'string') return value.includes('\0') ? [finding(path, false)] : [];
  // Aliases lead to the same value many times, and back to what they stand in.
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown, index) => nulFindings(each, [...path, index], seen));
  }
  return Object.entries(value).flatMap(([key, each]) => {
    const here = [...path, key];
    return key.includes('\0') ? [finding(here, true)] : nulFindings(each, here, seen);
  });
}

function finding(path: Path, onKey: boolean): ShapeFinding {
  const where = path.join('.').replaceAll('\0', '');
  return { path, onKey, message: `${where} holds a NUL character`, hint: 'take the \\0 out' };
}
