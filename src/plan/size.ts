import { UnusableAnswer } from '../shell/unusable.ts';
import { UserError } from '../user-error.ts';
import type { Plan, Ready } from './plan.ts';

const mebibyte = 1_048_576;
/** The limit for one host's part of a plan, in characters of JSON: far above what any host needs. */
const mostOfHost = 32 * mebibyte;

/** The plan of a host, unchanged. Throws UnusableAnswer if the host's answer makes it larger than any honest one. */
export function withinSize(state: Ready): Ready {
  if (sizeAtMost(state) <= mostOfHost) return state;
  const size = sizeOf(state);
  if (size <= mostOfHost) return state;
  throw new UnusableAnswer(
    `its answer would take ${inMebibytes(size)} of the plan; the limit for a host is ${inMebibytes(mostOfHost)}`,
  );
}

/** The result of `make`. Throws UserError, with the largest hosts, if it would be longer than any text can be. */
export function unlessTooLarge<T>({ hosts }: Plan, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!isTooLong(error)) throw error;
    const sizes = hosts.map(({ host, state }) => ({ host, size: sizeOf(state) }));
    const largest = sizes.toSorted((one, other) => other.size - one.size).slice(0, 3);
    const named = largest.map(({ host, size }) => `${host} (${inMebibytes(size)})`).join(', ');
    throw new UserError(`the plan is too large to be written; most of it comes from ${named}`, {
      cause: error,
      hint: 'look at what these hosts report, or leave them out with --exclude',
    });
  }
}

/** More characters than a value has as JSON, found without making it: most plans are far below the limit. */
function sizeAtMost(value: unknown): number {
  // Of a text each character may be written as \u0000; a number has at most 25, with its comma.
  if (typeof value === 'string') return 6 * value.length + 3;
  if (typeof value !== 'object' || value === null) return 25;
  if ('toJSON' in value) return Infinity;
  let size = 3;
  for (const key in value) size += 6 * key.length + 4 + sizeAtMost((value as Record<string, unknown>)[key]);
  return size;
}

function sizeOf(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch (error) {
    if (isTooLong(error)) return Infinity;
    throw error;
  }
}

/** True for JavaScript's error about a text that would be too long. */
function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Invalid string length';
}

function inMebibytes(size: number): string {
  return size === Infinity ? 'more than 512 MiB' : `${Math.ceil(size / mebibyte)} MiB`;
}
