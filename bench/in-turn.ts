import type { Took } from './process.ts';

/** What several runs took, in their order. */
export interface Runs {
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
}

export function runsOf(took: readonly Took[]): Runs {
  return { wall: took.map(({ wall }) => wall), cpu: took.map(({ cpu }) => cpu) };
}

/** Rounds are begun while these seconds are not over, so that slow contenders do not hold up everything. */
const enough = 30;

/** The numbers of the rounds that are begun: all, or those for which there is time; always the first. */
export function* roundsOf(most: number): Generator<number> {
  const start = performance.now();
  for (let round = 0; round < most; round++) {
    if (round > 0 && performance.now() - start > enough * 1000) return;
    yield round;
  }
}

/**
 * Runs contenders one after the other, round by round, each round in the opposite order of the one before, and gives
 * what each run took. At least one round is run.
 */
export async function inTurn<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<Took>>>,
): Promise<Record<Name, Runs>> {
  const names = Object.keys(contenders) as Name[];
  const took = new Map(names.map((name) => [name, [] as Took[]]));
  for (const round of roundsOf(rounds)) {
    for (const name of round % 2 === 0 ? names : names.toReversed())
      took.get(name)!.push(await contenders[name]());
  }
  return Object.fromEntries(names.map((name) => [name, runsOf(took.get(name)!)])) as Record<Name, Runs>;
}

/** The seconds that work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
