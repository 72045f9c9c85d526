import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Runs ava with the arguments given, and ends with the counts on a line of their own, from what ava counted. */
const ava = spawn('npx', ['ava', ...process.argv.slice(2)], { stdio: ['inherit', 'pipe', 'inherit'] });
const closed = once(ava, 'close') as Promise<[number | null]>;
let output = '';
for await (const line of createInterface({ input: ava.stdout })) {
  output += `${line}\n`;
  // Where the runner itself was when a test failed is of no interest.
  if (!/^ +at .*(node_modules\/ava\/|node:internal\/|Promise\.all)/.test(line)) console.log(line);
}
const [code] = await closed;
const count = (what: RegExp): number =>
  [...output.matchAll(what)].reduce((sum, found) => sum + Number(found[1]), 0);
// Where a test fails, ava's summary does not count the others; its lines do.
const passed = [...output.matchAll(/^ {2}✔ /gm)].length;
const failed =
  count(/^ {2}(\d+) tests? failed/gm) + count(/^ {2}(\d+) (?:uncaught exception|unhandled rejection)s?/gm);
const skipped = count(/^ {2}(\d+) tests? skipped/gm);
const broken = code !== 0 && failed === 0 ? 1 : failed;
// What is seen of a long run is its end: which tests failed, without those that were not tried because of them.
for (const [failure] of output.matchAll(/^ {2}✘ (?!.*not tried, since).*$/gm)) console.log(failure);
console.log(`${passed} passed, ${broken} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = code ?? 1;
