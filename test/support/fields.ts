import type { z } from 'zod';
import { inventoryShape } from '../../src/inventory/shape.ts';

/** The strings of an inventory: which the shape allows, and where a given one has them. */
type Schema = z.core.$ZodType;

interface Definition {
  readonly type: string;
  readonly innerType?: Schema;
  readonly options?: readonly Schema[];
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly keyType?: Schema;
  readonly valueType?: Schema;
  readonly element?: Schema;
}

const define = (schema: Schema): Definition => schema._zod.def;

function open(schema: Schema): Schema[] {
  const { innerType, options } = define(schema);
  if (innerType !== undefined) return open(innerType);
  return options === undefined ? [schema] : options.flatMap(open);
}

/** `clusters.*.content[].options`; `clusters.*~` is the key of such a mapping. */
export function stringFields(schema: Schema = inventoryShape, path = ''): string[] {
  const found = open(schema).flatMap((each): string[] => {
    const { type, shape, valueType, element } = define(each);
    if (type === 'string' || type === 'unknown') return [path];
    if (element !== undefined) return stringFields(element, `${path}[]`);
    if (valueType !== undefined) return [`${path}.*~`, ...stringFields(valueType, `${path}.*`)];
    return Object.entries(shape ?? {}).flatMap(([key, value]) => stringFields(value, join(path, key)));
  });
  return [...new Set(found)];
}

export interface Position {
  readonly field: string;
  readonly path: readonly (string | number)[];
  /** True for a key of a mapping of names. */
  readonly isKey: boolean;
}

/** Every string of an inventory that the shape leaves to its author. */
export function stringPositions(value: unknown): Position[] {
  const walk = (
    each: unknown,
    schemas: readonly Schema[],
    field: string,
    path: Position['path'],
  ): Position[] => {
    const all = schemas.flatMap(open).map(define);
    if (typeof each === 'string')
      return all.some(({ type }) => type === 'string' || type === 'unknown')
        ? [{ field, path, isKey: false }]
        : [];
    if (Array.isArray(each)) {
      const elements = all.flatMap(({ element }) => element ?? []);
      return each.flatMap((item, index) => walk(item, elements, `${field}[]`, [...path, index]));
    }
    if (typeof each !== 'object' || each === null) return [];
    return Object.entries(each).flatMap(([key, inner]) => {
      const here = [...path, key];
      const fixed = all.flatMap(({ shape }) => shape?.[key] ?? []);
      if (fixed.length > 0) return walk(inner, fixed, join(field, key), here);
      const values = all.flatMap(({ valueType }) => valueType ?? []);
      return [{ field: `${field}.*~`, path: here, isKey: true }, ...walk(inner, values, `${field}.*`, here)];
    });
  };
  return walk(value, [inventoryShape], '', []);
}

/** The same inventory with another text at one place. */
export function withText(value: unknown, { path, isKey }: Position, text: (old: string) => string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return text(String(value));
  if (Array.isArray(value))
    return value.map((each, index) =>
      index === step ? withText(each, { field: '', path: rest, isKey }, text) : each,
    );
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([key, each]) => {
      if (key !== step) return [key, each];
      if (isKey && rest.length === 0) return [text(key), each];
      return [key, withText(each, { field: '', path: rest, isKey }, text)];
    }),
  );
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
