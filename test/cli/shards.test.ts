import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { exit } from '../../src/report/exit-statuses.ts';
import { shardsOf } from '../../src/plan/shards.ts';
import { beforeCommand } from '../support/before-command.ts';
import { folder, lvsformHere, lvsformProcess, main } from '../support/cli.ts';
import { inventoryOf } from '../support/inventories.ts';
import { clustersText } from '../support/shard-arbitrary.ts';
import { simulated } from '../support/simulated.ts';

const text = clustersText([
  { name: 'web', number: 1, directors: ['lb1'], servers: ['rs1', 'rs2'] },
  { name: 'api', number: 2, directors: ['lb2'], servers: ['rs3'] },
]);
const of = 2;
const numbers = shardsOf(inventoryOf(text), of);
const [web, api] = ['web', 'api'].map((name) => `${numbers.get(name)}/${of}`) as [string, string];

test('a run that is killed in a shard is told as such, is begun again, and converges', async (t) => {
  t.not(web, api, 'each cluster is in a shard of its own');
  const { sim, path, cwd, reach } = await simulated(t, text);
  const args = ['-i', path, ...reach];
  const hold =
    '[ "$1" != start ] || { : > "$LVSFORM_ROOT/.sim/held"; while [ ! -e "$LVSFORM_ROOT/.sim/go" ]; do sleep 0.05; done; }';
  await beforeCommand({ sim }, 'rs2', 'systemctl', hold);
  const child = spawn(
    process.execPath,
    [main, 'apply', '--yes', '--json', '--parallelism', '1', '--shard', web, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const isHeld = (): Promise<boolean> =>
    access(join(sim.root('rs2'), '.sim/held')).then(
      () => true,
      () => false,
    );
  while (!(await isHeld())) {
    if (child.exitCode !== null) throw new Error(`apply ended with ${child.exitCode}: ${err}`);
    await wait(20);
  }
  child.kill('SIGKILL');
  await once(child, 'close');
  await writeFile(join(sim.root('rs2'), '.sim/go'), '');
  while (!sim.idle()) await wait(20);
  const [killed, other, again] = ['killed.jsonl', 'other.jsonl', 'again.jsonl'].map((name) =>
    join(cwd, name),
  ) as [string, string, string];
  await writeFile(killed, out);

  const beside = await lvsformProcess(['apply', '--yes', '--json', '--shard', api, ...args]);
  t.is(beside.code, exit.done, beside.err);
  await writeFile(other, beside.out);
  const half = await lvsformHere('summary', killed, other);
  t.is(half.code, exit.failed);
  t.regex(
    half.out,
    /^\S+killed\.jsonl:\d+: the run of plan \S+, from line 1, has no end: it was killed, or its output is cut off\n/,
  );
  t.regex(half.out, /Summary: 3 without a result, 2 changed\n/);
  t.regex(half.out, /  rs2: without a result: its run has no end\n/);

  const rest = await lvsformProcess(['apply', '--yes', '--json', '--shard', web, ...args]);
  t.is(rest.code, exit.done, rest.err);
  await writeFile(again, rest.out);
  const whole = await lvsformHere('summary', again, other);
  t.is(whole.code, exit.done, whole.out);
  t.regex(whole.out, /Summary: (.* ok, )?\d changed(, \d ok)?\n/);
  t.notRegex(whole.out, /without a result/);
  const both = await lvsformHere('summary', killed, again, other);
  t.is(both.code, exit.failed);
  t.regex(both.out, /again\.jsonl:\d+: rs2 is in two runs: see \S+killed\.jsonl:1\n/);
  const after = await lvsformHere('plan', '--detailed-exitcode', ...args);
  t.is(after.code, exit.done, after.out);
});

test('an empty shard: plan, a saved plan, apply, destroy and verify have nothing to do', async (t) => {
  const { path, cwd, reach } = await simulated(t, text);
  const many = 50;
  const taken = new Set(shardsOf(inventoryOf(text), many).values());
  const free = Array.from({ length: many }, (_, index) => index + 1).find((number) => !taken.has(number));
  const args = ['-i', path, ...reach, '--shard', `${free}/${many}`];
  const plan = join(cwd, 'plan.json');
  const says = `Shard ${free}/${many} has no hosts. There is nothing to do.\n`;
  t.like(await lvsformHere('plan', '--detailed-exitcode', '-o', plan, ...args), {
    code: exit.done,
    out: says,
  });
  t.like(await lvsformHere('apply', '--yes', ...args), { code: exit.done, out: says });
  t.like(await lvsformHere('destroy', '--yes', ...args), { code: exit.done, out: says });
  t.is((await lvsformHere('verify', ...args)).code, exit.done);
  const { out, code } = await lvsformHere('apply', plan, '--json', ...reach);
  t.is(code, exit.done);
  t.deepEqual(JSON.parse((await readFile(plan, 'utf8')).trim()).shard.number, free);
  t.deepEqual(
    out
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each).type),
    ['begin', 'summary'],
  );
});

test('a shard that there is not is refused', async (t) => {
  for (const word of ['0/3', '4/3', '3', '1/0', 'a/b', '1/2/3', '-1/3', '1/20000', '01/3', '1.5/3']) {
    const { code, err } = await lvsformHere('plan', `--shard=${word}`);
    t.is(code, exit.failed, word);
    t.regex(err, /--shard takes K\/N, a shard from 1\/N to N\/N, of at most 10000, not /, word);
  }
});

test('summary reads standard input, too, and says which file it cannot read', async (t) => {
  const at = await folder(t, { 'a.jsonl': '' });
  t.like(await lvsformHere('summary', join(at, 'none.jsonl')), {
    code: exit.failed,
    err: `lvsform: cannot read the events ${join(at, 'none.jsonl')}: no such file or directory\n`,
  });
  t.regex((await lvsformHere('summary', '-', '-')).err, /standard input \(-\) is given twice/);
  t.regex((await lvsformHere('summary')).err, /summary needs FILE/);
  const empty = await lvsformProcess(['summary', '-', join(at, 'a.jsonl')]);
  t.is(empty.code, exit.failed);
  t.is(
    empty.out,
    `standard input:1: it is empty: no run has written here\n${join(at, 'a.jsonl')}:1: it is empty: no run has written here\n\nSummary: no result\n`,
  );
});
