import type { Run } from './ava.ts';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each test that failed, without those that were not tried because of it. */
  readonly failures: readonly string[];
}

/** The counts of a run. A run that ended badly has failed, whatever its tests say. */
export function counted({ code, output }: Run): Outcome {
  const count = (what: RegExp): number =>
    [...output.matchAll(what)].reduce((sum, found) => sum + Number(found[1]), 0);
  // Where a test fails, ava's summary does not count the others; its lines do.
  const passed = [...output.matchAll(/^ {2}✔ /gm)].length;
  const failed =
    count(/^ {2}(\d+) tests? failed/gm) + count(/^ {2}(\d+) (?:uncaught exception|unhandled rejection)s?/gm);
  const skipped = count(/^ {2}(\d+) tests? skipped/gm);
  const failures = [...output.matchAll(/^ {2}✘ (?!.*not tried, since).*$/gm)].map(([line]) => line);
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped, failures };
}

/** What came of a story that was told at most twice. */
export interface Told {
  readonly story: string;
  readonly first: Outcome;
  /** Of the second time; undefined where the first one passed, or where there was no time for another. */
  readonly second?: Outcome | undefined;
}

/** The sum of all stories, each counted as it was told last, and what is to be read at the end of a long run. */
export function summed(stories: readonly Told[]): Outcome & { readonly notes: readonly string[] } {
  const last = stories.map(({ first, second }) => second ?? first);
  const total = (of: (outcome: Outcome) => number): number => last.reduce((sum, each) => sum + of(each), 0);
  return {
    passed: total(({ passed }) => passed),
    failed: total(({ failed }) => failed),
    skipped: total(({ skipped }) => skipped),
    failures: last.flatMap(({ failures }) => failures),
    notes: stories.flatMap(noteOf),
  };
}

function noteOf({ story, first, second }: Told): string[] {
  if (first.failed === 0) return [];
  const [title, failures] =
    second?.failed === 0
      ? [`FLAKY: ${story} failed, and passed when it was told once more. What failed:`, first.failures]
      : [`FAILED: ${story}`, [...first.failures, ...(second?.failures ?? [])]];
  return [title, ...failures];
}

/** The last line of a run. */
export function closingLine({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
