import { spawn } from 'node:child_process';

/** Runs ava with the arguments given, and ends with the counts on a line of their own, from what ava counted. */
const ava = spawn('npx', ['ava', ...process.argv.slice(2)], { stdio: ['inherit', 'pipe', 'inherit'] });
let output = '';
ava.stdout.on('data', (data: Buffer) => {
  output += data.toString();
  process.stdout.write(data);
});
ava.on('close', (code) => {
  const count = (what: RegExp): number =>
    [...output.matchAll(what)].reduce((sum, found) => sum + Number(found[1]), 0);
  // Where a test fails, ava's summary does not count the others; its lines do.
  const passed = [...output.matchAll(/^ {2}✔ /gm)].length;
  const failed =
    count(/^ {2}(\d+) tests? failed/gm) + count(/^ {2}(\d+) (?:uncaught exception|unhandled rejection)s?/gm);
  const skipped = count(/^ {2}(\d+) tests? skipped/gm);
  const broken = code !== 0 && failed === 0 ? 1 : failed;
  console.log(`${passed} passed, ${broken} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = code ?? 1;
});
