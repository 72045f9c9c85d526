/** How the word of an option becomes its value; undefined for a word that is none. */
export interface Reader<T> {
  readonly read: (word: string) => T | undefined;
  /** What is expected, after "takes": a whole number from 1 to 10. */
  readonly wanted: string;
}

interface Described {
  readonly short?: string;
  readonly help: string;
}

/** An option without a value: given, or not. */
export interface Flag extends Described {
  readonly type: 'boolean';
}

interface Valued extends Described {
  readonly type: 'string';
  /** The name of the value in the help. */
  readonly value: string;
}

/** An option with one value. */
export interface One<T> extends Valued {
  readonly multiple?: undefined;
  readonly reader: Reader<T>;
  /** The value where the option is not given. */
  readonly otherwise: T;
}

/** An option with a list, written as several options or with commas; an empty one where it is not given. */
export interface List<T> extends Valued {
  readonly multiple: true;
  readonly reader: Reader<T>;
}

export type OptionSpec = Flag | One<unknown> | List<unknown>;

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type ValueOf<S> = S extends Flag
  ? boolean
  : S extends One<infer T>
    ? T
    : S extends List<infer T>
      ? readonly T[]
      : never;

/** The values of options, by the table that declares them. */
export type Values<O extends OptionSpecs> = { readonly [Name in keyof O]: ValueOf<O[Name]> };

type KeyOf<O> = O extends unknown ? keyof O : never;
type SpecOf<O, Name extends PropertyKey> = O extends { readonly [N in Name]: infer S } ? S : never;

/** The options of several tables together. */
export type Together<O extends OptionSpecs> = {
  readonly [Name in KeyOf<O>]: Extract<SpecOf<O, Name>, OptionSpec>;
};

export function flag(help: string, short?: string): Flag {
  return { type: 'boolean', help, ...(short === undefined ? {} : { short }) };
}

type Words = Described & { readonly value: string };

const anyWord: Reader<string> = { read: (word) => word, wanted: 'a value' };

/** An option with a value; without `otherwise` it is undefined where it is not given. */
export function one(words: Words): One<string | undefined>;
export function one<T>(words: Words, reader: Reader<T>): One<T | undefined>;
export function one<T>(words: Words, reader: Reader<T>, otherwise: T): One<T>;
export function one(words: Words, reader: Reader<unknown> = anyWord, otherwise?: unknown): One<unknown> {
  return { type: 'string', ...words, reader, otherwise };
}

export function list(words: Words): List<string>;
export function list<T>(words: Words, reader: Reader<T>): List<T>;
export function list(words: Words, reader: Reader<unknown> = anyWord): List<unknown> {
  return { type: 'string', ...words, multiple: true, reader };
}
