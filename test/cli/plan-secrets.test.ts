import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { exit } from '../../src/report/exit-statuses.ts';
import { readPlan, writePlan } from '../../src/plan/file.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { folder, lvsformHere } from '../support/cli.ts';
import { simulated } from '../support/simulated.ts';
import { dr } from '../support/inventories.ts';

/** Two directors under keepalived, whose password comes from a command. */
const keyed = dr.replace(
  '      lb1: 172.16.100.2/24\n',
  '      lb1: 172.16.100.2/24\n      lb2: 172.16.100.3\n',
);

function withSource(source: string): string {
  return `${keyed}    health: { engine: ldirectord }\n    failover: { engine: heartbeat, key: ${source} }\n`;
}

test('the sources of a saved plan’s secrets come from the inventory: a forged command in the plan does not run', async (t) => {
  const { cwd, path, reach } = await simulated(t, withSource("{ command: 'echo good' }"));
  const file = join(cwd, 'plan.json');
  t.is((await lvsformHere('plan', '-i', path, ...reach, '-o', file)).code, exit.done);
  const plan = readPlan(await readFile(file, 'utf8'));
  t.is(plan.secrets.length, 1);
  const evil = join(cwd, 'evil');
  const forge = async (change: Partial<Plan>): Promise<void> =>
    writeFile(file, writePlan({ ...plan, ...change }));
  await forge({
    secrets: plan.secrets.map((need) => ({
      ...need,
      source: { from: 'command', command: `touch ${evil}; echo good` },
    })),
  });
  t.is((await lvsformHere('apply', file, ...reach)).code, exit.done);
  await t.throwsAsync(stat(evil), { code: 'ENOENT' });

  await forge({ secrets: [...plan.secrets, { name: 'web/other', source: { from: 'env', name: 'HOME' } }] });
  t.regex(
    (await lvsformHere('apply', file, ...reach)).err,
    /the plan needs the secret web\/other, and .* has none of that name/,
  );
});

test('a saved plan and an inventory that do not belong together are refused before any host is reached', async (t) => {
  const { cwd, path, reach } = await simulated(t, withSource("{ command: 'echo good' }"));
  const file = join(cwd, 'plan.json');
  await lvsformHere('plan', '-i', path, ...reach, '-o', file);
  const other = join(cwd, 'other.yaml');
  await writeFile(other, dr);
  t.like(await lvsformHere('apply', file, '-i', other, ...reach), {
    code: exit.failed,
    err: `lvsform: the plan is for hosts that ${other} does not have: lb2\n    name the inventory of the plan with -i, or plan again\n`,
  });
  await writeFile(
    file,
    writePlan({ ...readPlan(await readFile(file, 'utf8')), inventory: join(cwd, 'gone.yaml') }),
  );
  t.regex((await lvsformHere('apply', file, ...reach)).err, /there is no inventory at .*gone\.yaml/);
  t.is((await lvsformHere('apply', file, '-i', path, ...reach)).code, exit.done);
});

test('apply fetches each secret once, for the plan and for the change', async (t) => {
  const counter = join(await folder(t), 'count');
  const { path, reach } = await simulated(t, withSource(`{ command: 'echo >> ${counter}; echo good' }`));
  t.is((await lvsformHere('apply', '-i', path, ...reach, '--yes')).code, exit.done);
  t.is(await readFile(counter, 'utf8'), '\n');
});
