import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { runAva } from './ava.ts';
import { closingLine, counted, summed, type Outcome, type Told } from './outcome.ts';
import { leftOut, storiesOf, type Story } from './stories.ts';

/**
 * Tells stories of the lab, two side by side, each by an ava of its own, and ends with their counts.
 * `lab.js [short|full|"turn N"|STORY] [--until TIME]`. With `--until` (seconds since 1970) no story begins after TIME, and
 * one that failed before TIME is told once more: where it passes then, it is named as flaky, and the run has not failed.
 * Stories that were not told for want of time are named, and are no failure.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { until: { type: 'string' } } });
const [name = 'short'] = positionals;
const stories = storiesOf(name);
if (stories === undefined) throw new Error(`there is no run ${name} of the lab`);
const until = values.until === undefined ? undefined : Number(values.until);
const late = (): boolean => until !== undefined && Date.now() / 1000 >= until;

const untold: string[] = [];
const told: Told[] = [];
console.log(`the lab tells ${stories.map((story) => story.name).join(', ')}`);
const sideBySide = pLimit(2);
await Promise.all(stories.filter(({ alone }) => alone === undefined).map((story) => sideBySide(tell, story)));
for (const story of stories.filter(({ alone }) => alone !== undefined)) await tell(story);

const sum = summed(told);
for (const note of sum.notes) console.log(note);
if (untold.length > 0) console.log(`NOT RUN, since there was no time left: ${untold.join(', ')}`);
if (name.startsWith('turn')) console.log(`NOT RUN in this turn: ${leftOut(stories).join(', ')}`);
console.log(closingLine(sum));
process.exitCode = sum.failed > 0 || told.length === 0 ? 1 : 0;

async function tell(story: Story): Promise<void> {
  if (late()) return void untold.push(story.name);
  const first = await once(story);
  const again = first.failed > 0 && until !== undefined && !late();
  told.push({ story: story.name, first, second: again ? await once(story) : undefined });
}

async function once({ name: file }: Story): Promise<Outcome> {
  const begun = Date.now();
  const run = await runAva(['--config', 'ava.lab.config.js', `test/stories/${file}.test.ts`], (line) =>
    console.log(`${file} | ${line}`),
  );
  const outcome = counted(run);
  console.log(`${file} | ${closingLine(outcome)}, in ${((Date.now() - begun) / 60_000).toFixed(1)} minutes`);
  return outcome;
}
