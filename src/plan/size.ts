import { UnusableAnswer } from '../shell/unusable.ts';
import { UserError } from '../user-error.ts';
import type { Plan, Ready } from './plan.ts';

const mebibyte = 1_048_576;
/** The most that one host may bring into a plan, in characters of JSON: far above what any host needs. */
const mostOfHost = 32 * mebibyte;

/** The plan of a host as it is. Throws UnusableAnswer where what the host says makes it larger than any honest one. */
export function withinSize(state: Ready): Ready {
  const size = sizeOf(state);
  if (size <= mostOfHost) return state;
  throw new UnusableAnswer(
    `what it says would take ${inMebibytes(size)} of the plan, and a host has at most ${inMebibytes(mostOfHost)}`,
  );
}

/** What `make` makes of a plan. Throws UserError, with the hosts that take most of it, where it is longer than any text can be. */
export function unlessTooLarge<T>({ hosts }: Plan, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!isTooLong(error)) throw error;
    const sizes = hosts.map(({ host, state }) => ({ host, size: sizeOf(state) }));
    const largest = sizes.toSorted((one, other) => other.size - one.size).slice(0, 3);
    const named = largest.map(({ host, size }) => `${host} (${inMebibytes(size)})`).join(', ');
    throw new UserError(`the plan is too large to be written; most of it is of ${named}`, {
      cause: error,
      hint: 'look at what these hosts say of themselves, or leave them out with --exclude',
    });
  }
}

function sizeOf(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch (error) {
    if (isTooLong(error)) return Infinity;
    throw error;
  }
}

/** What JavaScript says where a text would be longer than it can be. */
function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Invalid string length';
}

function inMebibytes(size: number): string {
  return size === Infinity ? 'more than 512 MiB' : `${Math.ceil(size / mebibyte)} MiB`;
}
