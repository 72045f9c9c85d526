import type { z } from 'zod';
import type { Path } from '../model/cluster.ts';
import { inventoryShape } from './shape.ts';

/** The keys that the shape allows at `path`. */
export function keysAllowed(path: Path): string[] {
  const keys = schemasAt(path).flatMap((schema) => Object.keys(definition(schema).shape ?? {}));
  return [...new Set(keys)];
}

/** The least and the greatest number that the shape allows at `path`, if it has both bounds. */
export function rangeAt(path: Path): { readonly least: number; readonly most: number } | undefined {
  for (const schema of schemasAt(path)) {
    const bounds = (definition(schema).checks ?? []).map((each) => each._zod.def as Bound);
    const least = bounds.find(({ check }) => check === 'greater_than')?.value;
    const most = bounds.find(({ check }) => check === 'less_than')?.value;
    if (least !== undefined && most !== undefined) return { least, most };
  }
  return undefined;
}

/** The schemas at `path`: one for each branch of a union. */
function schemasAt(path: Path): z.core.$ZodType[] {
  let schemas: z.core.$ZodType[] = [inventoryShape];
  for (const step of path) schemas = schemas.flatMap(unwrap).flatMap((schema) => childSchema(schema, step));
  return schemas.flatMap(unwrap);
}

/** A bound of a number, which is itself allowed. */
interface Bound {
  readonly check: string;
  readonly value?: number;
}

interface Definition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly shape?: Record<string, z.core.$ZodType>;
  readonly valueType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly checks?: readonly z.core.$ZodCheck[];
}

function definition(schema: z.core.$ZodType): Definition {
  return schema._zod.def;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { type, innerType, options } = definition(schema);
  if (type === 'optional' && innerType !== undefined) return unwrap(innerType);
  if (type === 'union' && options !== undefined) return options.flatMap(unwrap);
  return [schema];
}

function childSchema(schema: z.core.$ZodType, step: string | number): z.core.$ZodType[] {
  const { shape, valueType, element } = definition(schema);
  const next = shape?.[step] ?? valueType ?? element;
  return next === undefined ? [] : [next];
}
