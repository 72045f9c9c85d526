/** A value in which every read of a property is counted, at any depth. */
export interface Counted<T> {
  readonly value: T;
  /** How many properties were read so far. */
  readonly reads: () => number;
}

/** Each part has one stand-in, so that it is a key as the part itself is. */
export function counted<T extends object>(whole: T): Counted<T> {
  let reads = 0;
  const known = new WeakMap<object, object>();
  const stand = (part: object): object => {
    const found = known.get(part);
    if (found !== undefined) return found;
    const made = new Proxy(part, {
      get: (target, key, receiver) => {
        reads += 1;
        const value: unknown = Reflect.get(target, key, receiver);
        const fixed = Object.getOwnPropertyDescriptor(target, key)?.writable === false;
        return typeof value === 'object' && value !== null && !fixed ? stand(value) : value;
      },
    });
    known.set(part, made);
    known.set(made, made);
    return made;
  };
  return { value: stand(whole) as T, reads: () => reads };
}

/** How much more work twice as much of something is: 2 if it grows as the thing does, 4 if it grows with its square. */
export async function growth(
  work: (size: number) => Promise<number> | number,
  size: number,
): Promise<number> {
  const [once, twice] = [await work(size), await work(2 * size)];
  return twice / once;
}

/** Below it, work is linear: a little more than 2, for what is sorted. */
export const linear = 2.3;
