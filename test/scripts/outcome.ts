/** What a run of ava printed, and how it ended. */
export interface Run {
  readonly code: number;
  readonly output: string;
  /** The file of a run of one file: ava then names it in no line. */
  readonly only?: string | undefined;
}

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Lines to be read at the end of a long run. */
  readonly notes: readonly string[];
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
  // Which tests failed, without those that were not tried because of them.
  const notes = [...output.matchAll(/^ {2}✘ (?!.*not tried, since).*$/gm)].map(([line]) => line);
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped, notes };
}

const outcomeLine = /^ {2}(✔|✘ \[fail\]:) (.*)$/gm;

/** `dr › DR: a step (1.2s)`: the file, as `dr.test.ts`. Where ava ran one file it does not name it. */
function fileOf(title: string, only: string | undefined): string | undefined {
  if (only !== undefined) return only;
  const parts = title.split(' › ');
  return parts.length < 2 ? undefined : `**/${parts.slice(0, -1).join('/')}.test.ts`;
}

/**
 * The files in which tests failed, as ava takes them; none where a failure belongs to no file, since then it is not known
 * what to run again.
 */
export function failedFiles(run: Run): string[] {
  const { failed } = counted(run);
  const failures = [...run.output.matchAll(outcomeLine)].filter(([, mark]) => mark !== '✔');
  const files = failures.map(([, , title]) => fileOf(title!, run.only));
  if (files.length !== failed || files.includes(undefined)) return [];
  return [...new Set(files as string[])];
}

/** What came of a run and of a second one of the files that failed in it. What failed twice has failed. */
export function flaky(first: Run, second: Run): Outcome {
  const files = new Set(failedFiles(first));
  const one = counted(first);
  const two = counted(second);
  const elsewhere = [...first.output.matchAll(outcomeLine)].filter(
    ([, mark, title]) => mark === '✔' && !files.has(fileOf(title!, first.only) ?? ''),
  ).length;
  const failedAgain = new Set(failedFiles(second));
  const notes = [...files]
    .filter((file) => two.failed === 0 || (failedAgain.size > 0 && !failedAgain.has(file)))
    .map(
      (file) =>
        `FLAKY: ${file} failed, and passed when it was run once more. What failed (its evidence is above):`,
    );
  return {
    passed: elsewhere + two.passed,
    failed: two.failed,
    skipped: one.skipped,
    notes: [...notes, ...one.notes, ...two.notes],
  };
}
