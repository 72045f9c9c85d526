import { isSize, type Size } from '../plan/batches.ts';
import type { Shard } from '../plan/shards.ts';
import type { Reader } from './option.ts';

const mostShards = 10_000;

/** A whole number from 1. */
export function wholeNumber(most: number): Reader<number> {
  return {
    read: (word) => (/^[1-9]\d*$/.test(word) && Number(word) <= most ? Number(word) : undefined),
    wanted: `a whole number from 1 to ${most}`,
  };
}

/** One of these words. */
export function oneOf<const W extends string>(words: readonly W[]): Reader<W> {
  return { read: (word) => words.find((each) => each === word), wanted: either(words) };
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  const [last = ''] = words.slice(-1);
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function wordOf(fits: (word: string) => boolean, wanted: string): Reader<string> {
  return { read: (word) => (fits(word) ? word : undefined), wanted };
}

/** A login name; directories have names such as `DOMAIN\\user` and `user@domain`. */
export const loginName = wordOf(
  (word) => /^[^\s\p{C}-][^\s\p{C}]*$/u.test(word),
  'a login name without spaces',
);

/** The size of a batch. */
export const size: Reader<Size> = wordOf(isSize, 'numbers and shares (1,25%)');

/** A shard: `3/10`. */
export const shardNumber: Reader<Shard> = {
  read: (word) => {
    const found = /^([1-9]\d*)\/([1-9]\d*)$/.exec(word);
    const [number, of] = [Number(found?.[1]), Number(found?.[2])];
    return number <= of && of <= mostShards ? { number, of } : undefined;
  },
  wanted: `K/N, a shard from 1/N to N/N, of at most ${mostShards}`,
};

/** How many hosts may fail. */
export const failureSize: Reader<Size> = wordOf(
  (word) => word === '0' || isSize(word),
  'a number or a share (10%)',
);

/** A name that is used as part of a path. */
export const plainName = wordOf(
  (word) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(word),
  'a word of at most 64 letters, digits, dots, dashes and underscores',
);
