import { runAva } from './ava.ts';
import { closingLine, counted } from './outcome.ts';

/** Runs ava with the arguments given, and ends with the counts on a line of their own, from what ava counted. */
const run = await runAva(process.argv.slice(2), console.log);
const outcome = counted(run);
for (const failure of outcome.failures) console.log(failure);
console.log(closingLine(outcome));
process.exitCode = outcome.failed > 0 ? run.code || 1 : 0;
