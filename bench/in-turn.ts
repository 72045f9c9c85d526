/** Rounds are begun while these seconds are not over, so that slow contenders do not hold up everything. */
const enough = 30;

/**
 * Runs contenders one after the other, round by round, each round in the opposite order of the one before, and gives the
 * seconds of each run. A contender gives its seconds itself. At least one round is run.
 */
export async function inTurn<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const result = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && performance.now() - start > enough * 1000) break;
    for (const name of round % 2 === 0 ? names : names.toReversed())
      result[name].push(await contenders[name]());
  }
  return result;
}

/** The seconds that work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
