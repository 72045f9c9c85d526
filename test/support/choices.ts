import { inventoryJsonSchema } from '../../src/inventory/shape.ts';

/** Numbers, words and switches of the vocabulary, and where an inventory has or could have them. */
export interface Choice {
  readonly path: readonly (string | number)[];
  /** The bounds of a number, all words, or both switches. */
  readonly values: readonly unknown[];
  /** A number below its lower bound, and one above its upper one, where it has them. */
  readonly beyond: readonly number[];
}

export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

export const wholeSchema: Schema = inventoryJsonSchema();

function branches(schema: Schema): readonly Schema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(branches);
}

function isNumber({ type }: Schema): boolean {
  return type === 'integer' || type === 'number';
}

function valuesOf(schema: Schema): readonly unknown[] {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return schema.enum;
  if (schema.type === 'boolean') return [true, false];
  return isNumber(schema) ? [schema.minimum, schema.maximum].filter((each) => each !== undefined) : [];
}

function beyondOf({ minimum, maximum, ...schema }: Schema): readonly number[] {
  if (!isNumber(schema)) return [];
  return [
    ...(minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? [] : [minimum - 1]),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [maximum + 1]),
  ];
}

/** Every choice at a place of `value`, and below it; also in mappings that `value` lacks, but could have. */
export function choices(
  value: unknown,
  schema: Schema = wholeSchema,
  path: Choice['path'] = [],
  lacking = 0,
): Choice[] {
  const all = branches(schema);
  const values = all.flatMap(valuesOf);
  const own = values.length === 0 ? [] : [{ path, values, beyond: all.flatMap(beyondOf) }];
  if (Array.isArray(value))
    return [
      ...own,
      ...value.flatMap((item, index) =>
        all.flatMap(({ items }) =>
          items === undefined ? [] : choices(item, items, [...path, index], lacking),
        ),
      ),
    ];
  if (value !== undefined && (typeof value !== 'object' || value === null)) return own;
  if (value === undefined && lacking === 2) return own;
  const map = (value ?? {}) as Readonly<Record<string, unknown>>;
  const inner = all.flatMap(({ properties = {}, additionalProperties }) => [
    ...Object.entries(properties).map(([key, each]) => [key, each] as const),
    ...(typeof additionalProperties === 'object'
      ? Object.keys(map).map((key) => [key, additionalProperties] as const)
      : []),
  ]);
  return [
    ...own,
    ...inner.flatMap(([key, each]) =>
      choices(map[key], each, [...path, key], value === undefined ? lacking + 1 : lacking),
    ),
  ];
}

/** The same value with another one at a path; mappings on the way are made. */
export function put(value: unknown, [step, ...rest]: Choice['path'], wanted: unknown): unknown {
  if (step === undefined) return wanted;
  if (typeof step === 'number') {
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    return Object.assign([...list], { [step]: put(list[step], rest, wanted) });
  }
  const map = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return { ...map, [step]: put(map[step], rest, wanted) };
}

/** `clusters.*.services[].port`: a path without the names and numbers of one inventory. */
export function fieldOf(path: Choice['path'], schema: Schema = wholeSchema): string {
  const [step, ...rest] = path;
  if (step === undefined) return '';
  const all = branches(schema);
  const known = all.flatMap(({ properties }) => properties?.[step] ?? []);
  const others = all.flatMap(({ items, additionalProperties }) =>
    typeof step === 'number'
      ? (items ?? [])
      : typeof additionalProperties === 'object'
        ? additionalProperties
        : [],
  );
  const next: Schema = { anyOf: known.length > 0 ? known : others };
  return `${known.length > 0 ? `.${step}` : typeof step === 'number' ? '[]' : '.*'}${fieldOf(rest, next)}`;
}

/** Every choice of the vocabulary, as a field. */
export function choiceFields(schema: Schema = wholeSchema, path = ''): string[] {
  const all = branches(schema);
  const own = all.some((each) => valuesOf(each).length > 0) ? [path] : [];
  return [
    ...own,
    ...all.flatMap(({ properties = {}, additionalProperties, items }) => [
      ...Object.entries(properties).flatMap(([key, each]) => choiceFields(each, `${path}.${key}`)),
      ...(typeof additionalProperties === 'object' ? choiceFields(additionalProperties, `${path}.*`) : []),
      ...(items === undefined ? [] : choiceFields(items, `${path}[]`)),
    ]),
  ];
}
