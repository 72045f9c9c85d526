import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { counted, failedFiles, flaky, type Run } from './outcome.ts';

/**
 * Runs ava with the arguments given, and ends with the counts on a line of their own, from what ava counted. With
 * `--again TIME` (seconds since 1970), the files in which tests failed are run once more if it is not later by then: where
 * all of a file passes now, it is named as flaky, and the run has not failed.
 */
const given = process.argv.slice(2);
const at = given.indexOf('--again');
const by = at < 0 ? undefined : Number(given[at + 1]);
const options = at < 0 ? given : given.toSpliced(at, 2);
const first = await run(options);
const files = failedFiles(first);
const begins = by !== undefined && files.length > 0 && Date.now() / 1000 < by;
const second = begins ? await run([...options, ...files]) : undefined;
const { passed, failed, skipped, notes } = second === undefined ? counted(first) : flaky(first, second);
for (const note of notes) console.log(note);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? (second ?? first).code || 1 : 0;

async function run(words: readonly string[]): Promise<Run> {
  const [program = 'npx', ...before] = (process.env['LVSFORM_AVA'] ?? 'npx ava').split(' ');
  const ava = spawn(program, [...before, ...words], { stdio: ['inherit', 'pipe', 'inherit'] });
  const closed = once(ava, 'close') as Promise<[number | null]>;
  let output = '';
  for await (const line of createInterface({ input: ava.stdout })) {
    output += `${line}\n`;
    // Where the runner itself was when a test failed is of no interest.
    if (!/^ +at .*(node_modules\/ava\/|node:internal\/|Promise\.all)/.test(line)) console.log(line);
  }
  const [code] = await closed;
  return { code: code ?? 1, output, only: onlyFile(words) };
}

/** The one file of a run of one file, whose name ava leaves out. */
function onlyFile(words: readonly string[]): string | undefined {
  const named = words.filter((word) => word.endsWith('.test.ts'));
  return named.length === 1 ? named[0] : undefined;
}
