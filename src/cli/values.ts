import { isSize } from '../plan/batches.ts';

type Check = (value: string) => string | undefined;

/** A whole number from 1. */
export function wholeNumber(most: number): Check {
  return (value) =>
    /^[1-9]\d*$/.test(value) && Number(value) <= most ? undefined : `a whole number from 1 to ${most}`;
}

/** A login name; directories have names such as `DOMAIN\\user` and `user@domain`. */
export const loginName: Check = (value) =>
  /^[^\s\p{C}-][^\s\p{C}]*$/u.test(value) ? undefined : 'a login name without spaces';

/** One of these words. */
export function oneOf(words: readonly string[]): Check {
  return (value) => (words.includes(value) ? undefined : either(words));
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  const [last = ''] = words.slice(-1);
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** The size of a batch. */
export const size: Check = (value) => (isSize(value) ? undefined : 'numbers and shares (1,25%)');

/** How many hosts may fail. */
export const failureSize: Check = (value) =>
  value === '0' || isSize(value) ? undefined : 'a number or a share (10%)';

/** A name that is used as part of a path. */
export const plainName: Check = (value) =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)
    ? undefined
    : 'a word of at most 64 letters, digits, dots, dashes and underscores';
