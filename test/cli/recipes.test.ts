import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { load, loadAll } from 'js-yaml';
import { commands } from '../../src/cli/commands/index.ts';
import { readCommandLine } from '../../src/cli/forms.ts';
import { exit } from '../../src/report/exit-statuses.ts';
import { folder, lvsformHere, main } from '../support/cli.ts';
import { clustersText } from '../support/shard-arbitrary.ts';
import { simulated } from '../support/simulated.ts';
import { sshds } from '../support/sshds.ts';

const recipes = fileURLToPath(new URL('../../../examples/shards', import.meta.url));
const recipe = (name: string): Promise<string> => readFile(join(recipes, name), 'utf8');

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function ran(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd?: string,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd, env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    );
    child.stdin?.end();
  });
}

/** The shell in a recipe, with what its engine would have put into it, and into the environment. */
interface Step {
  readonly of: string;
  readonly shell: string;
  readonly env?: Record<string, string>;
}

interface Pods {
  readonly spec: {
    readonly completionMode?: string;
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value: string }[];
          readonly command: readonly string[];
        }[];
      };
    };
  };
}

async function stepsOf(name: string): Promise<Step[]> {
  const text = await recipe(name);
  if (name === 'github.yml') {
    const { jobs } = load(text) as {
      jobs: Record<string, { strategy?: { matrix: { shard: number[] } }; steps: { run?: string }[] }>;
    };
    const shards = jobs['shard']?.strategy?.matrix.shard ?? [];
    return Object.entries(jobs).flatMap(([of, { steps }]) =>
      steps.flatMap(({ run }) =>
        run === undefined
          ? []
          : [{ of, shell: run.replaceAll('${{ matrix.shard }}', String(shards.at(-1))) }],
      ),
    );
  }
  if (name === 'gitlab.yml') {
    const { stages: _stages, ...jobs } = load(text) as Record<
      string,
      { parallel?: number; script: string[] }
    >;
    return Object.entries(jobs).map(([of, { parallel, script }]) => ({
      of,
      shell: script.join('\n'),
      env: parallel === undefined ? {} : { CI_NODE_INDEX: String(parallel), CI_NODE_TOTAL: String(parallel) },
    }));
  }
  if (name.endsWith('.yaml')) {
    return (loadAll(text) as Pods[]).flatMap(({ spec }) =>
      spec.template.spec.containers.map(({ env, command: [sh, c, shell] }) => {
        if (sh !== 'sh' || c !== '-c' || shell === undefined) throw new Error(`${name} runs no shell`);
        const own = Object.fromEntries(env.map((each) => [each.name, each.value]));
        return { of: name, shell, env: { ...own, JOB_COMPLETION_INDEX: '9' } };
      }),
    );
  }
  if (name.endsWith('.hcl')) {
    const shell = /<<-SCRIPT\n([^]*?)\n\s*SCRIPT\n/.exec(text)?.[1];
    if (shell === undefined) throw new Error(`${name} runs no shell`);
    const env = [...text.matchAll(/^ {8}([A-Z_]+) += "(.*)"$/gm)].map(([, key, value]) => [key, value]);
    return [{ of: name, shell, env: { ...Object.fromEntries(env), NOMAD_ALLOC_INDEX: '9' } }];
  }
  return [];
}

const files = (await readdir(recipes)).toSorted();
const wrapped = files.filter((name) => !name.endsWith('.md') && !name.endsWith('.sh'));

test('the README of the recipes names each of them', async (t) => {
  const readme = await recipe('README.md');
  for (const name of files) t.true(name === 'README.md' || readme.includes(name), name);
});

test('shellcheck has nothing against the shell in any recipe', async (t) => {
  const steps = (await Promise.all(wrapped.map(stepsOf))).flat();
  const scripts = [...steps.map(({ shell }) => `#!/bin/sh\n${shell}\n`), await recipe('parallel.sh')];
  t.is(scripts.length, 8);
  const at = await folder(t);
  for (const [index, script] of scripts.entries()) {
    await writeFile(join(at, `${index}.sh`), script);
    const { status, out } = await ran('shellcheck', [join(at, `${index}.sh`)]);
    t.is(status, 0, out);
  }
});

/** A `lvsform` that notes its words, one a line, and ends with this status. */
async function noting(
  t: ExecutionContext,
  status: number,
): Promise<{ at: string; env: Record<string, string> }> {
  const at = await folder(t, { '1.jsonl': '', '2.jsonl': '' });
  await mkdir(join(at, 'events'));
  for (const name of ['1', '2']) await writeFile(join(at, 'events', `${name}.jsonl`), '');
  await mkdir(join(at, 'bin'));
  await writeFile(
    join(at, 'bin/lvsform'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > "${at}/words"\nexit ${status}\n`,
  );
  await chmod(join(at, 'bin/lvsform'), 0o755);
  return { at, env: { PATH: `${at}/bin:${process.env['PATH'] ?? ''}` } };
}

for (const name of wrapped) {
  test(`${name}: its shell runs, and lvsform understands each of its command lines`, async (t) => {
    const steps = await stepsOf(name);
    t.true(steps.length > 0);
    for (const { of, shell, env = {} } of steps) {
      const { at, env: path } = await noting(t, 0);
      const events = { EVENTS: join(at, 'events') };
      const { status, err } = await ran('/bin/sh', ['-ec', shell], { ...env, ...events, ...path }, at);
      t.is(status, 0, `${of}: ${err}`);
      const [command = '', ...rest] = (await readFile(join(at, 'words'), 'utf8')).trim().split('\n');
      const { options, words } = readCommandLine(command, commands[command]!, rest);
      if (command === 'apply') t.deepEqual(options['shard'], { number: 10, of: 10 }, of);
      else t.true(command === 'summary' && words.length === 2, of);
    }
  });
}

for (const [status, expected] of [
  [exit.unreachable, 0],
  [137, 1],
] as const) {
  test(`where lvsform ends with ${status}, an engine ${expected === 0 ? 'has its events and' : 'begins the shard again, and'} goes on`, async (t) => {
    for (const name of ['kubernetes.yaml', 'lvsform.nomad.hcl']) {
      const [step] = await stepsOf(name);
      const { at, env } = await noting(t, status);
      const events = { EVENTS: join(at, 'events') };
      const all = { ...step!.env, ...events, ...env };
      t.is((await ran('/bin/sh', ['-c', step!.shell], all, at)).status, expected, name);
    }
  });
}

test('GNU parallel applies shards on several machines over SSH, and begins one again that is killed', async (t) => {
  const text = clustersText(
    ['web', 'api', 'mail', 'news'].map((name, index) => ({
      name,
      number: index + 1,
      directors: [`lb-${name}`],
      servers: [`rs-${name}`],
    })),
  );
  const { path, cwd, reach } = await simulated(t, text);
  const names = ['m1', 'm2', 'm3'];
  const inside = 'ForceCommand=PATH=%D/bin:$PATH /bin/sh -c "$SSH_ORIGINAL_COMMAND"';
  const machines = await sshds(Object.fromEntries(names.map((name) => [name, [inside]])));
  t.teardown(machines.stop);
  const at = machines.folder;
  await mkdir(join(at, 'bin'));
  await writeFile(
    join(at, 'bin/lvsform'),
    `#!/bin/sh
[ "$1" = apply ] || exec '${process.execPath}' '${main}' "$@"
echo "$SERVER $3" >> '${at}/log'
case $3 in
  2/*) if mkdir '${at}/once' 2> /dev/null; then printf '{"version":1,"pl'; kill -9 $$; fi ;;
esac
exec '${process.execPath}' '${main}' "$@" ${reach.map((word) => `'${word}'`).join(' ')}
`,
  );
  await chmod(join(at, 'bin/lvsform'), 0o755);
  const entries = names.map(
    (name) => `Host ${name}\n  HostName 127.0.0.1\n  Port ${machines.port(name)}\n  User root\n`,
  );
  const all = `Host *\n  IdentityFile ${at}/login\n  IdentitiesOnly yes\n  UserKnownHostsFile ${at}/known_hosts\n`;
  await writeFile(join(at, 'config'), entries.join('') + all);
  await writeFile(join(at, 'machines'), names.map((name) => `${name}\n`).join(''));
  const env = {
    PATH: `${at}/bin:${process.env['PATH'] ?? ''}`,
    PARALLEL_SSH: `ssh -F ${at}/config`,
    HOME: at,
  };
  const events = join(cwd, 'events');
  const words = ['6', join(at, 'machines'), cwd, events];
  const { status, out, err } = await ran(join(recipes, 'parallel.sh'), words, env);
  t.is(status, exit.done, `${out}${err}`);
  t.regex(out, /Summary: 8 changed\n/);
  const log = (await readFile(join(at, 'log'), 'utf8')).trim().split('\n');
  t.is(log.filter((line) => line.endsWith(' 2/6')).length, 2, 'the killed one was begun again');
  t.deepEqual([...new Set(log.map((line) => line.split(' ')[1] ?? ''))].toSorted(), [
    '1/6',
    '2/6',
    '3/6',
    '4/6',
    '5/6',
    '6/6',
  ]);
  t.true(new Set(log.map((line) => line.split(' ')[0])).size > 1, log.join());
  const after = await lvsformHere('plan', '--detailed-exitcode', '-i', path, ...reach);
  t.is(after.code, exit.done, after.out);

  const again = await ran(join(recipes, 'parallel.sh'), words, env);
  t.is(again.status, exit.done, `${again.out}${again.err}`);
  t.regex(again.out, /Summary: 8 ok\n/);
});
