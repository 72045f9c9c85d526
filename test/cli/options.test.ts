import { join } from 'node:path';
import test from 'ava';
import { type CommandSpec, optionsOf } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { readCommandLine } from '../../src/cli/forms.ts';
import { exit } from '../../src/report/exit-statuses.ts';
import { UserError } from '../../src/user-error.ts';
import { ioHere, lvsformHere, type Said } from '../support/cli.ts';
import { all, forms, lineOf, place, type Place } from '../support/forms.ts';

test('an option of another form of the command is refused, whatever it is', async (t) => {
  const here = await place(t);
  let count = 0;
  for (const { name, command, form } of forms) {
    for (const [option, spec] of Object.entries(optionsOf(command))) {
      if (Object.hasOwn(form.options, option) || isFlagOf(command, option)) continue;
      const line = [...lineOf(name, form, here), spec.type === 'boolean' ? `--${option}` : `--${option}=1`];
      const said = await lvsformHere(...line);
      t.is(said.code, exit.failed, line.join(' '));
      t.regex(said.err, /has no effect with lvsform|takes .*, not 1/, line.join(' '));
      count += 1;
    }
  }
  t.true(count >= 12, String(count));
});

function isFlagOf({ forms: each }: CommandSpec, option: string): boolean {
  return each.some(({ flag }) => flag === option);
}

test('options that do not go together are refused, in every form that names them', async (t) => {
  const here = await place(t);
  for (const { name, form } of forms) {
    for (const pair of form.apart ?? []) {
      const given = pair.flatMap((option) => {
        const spec = form.options[option]!;
        return spec.type === 'boolean'
          ? [`--${option}`]
          : [`--${option}=${['add', '1', '1/1'].find((word) => spec.reader.read(word) !== undefined)}`];
      });
      const line = [...lineOf(name, form, here, pair.includes('lab') ? 'ssh-config' : pair[1]), ...given];
      t.like(await lvsformHere(...line), {
        code: exit.failed,
        err: `lvsform: --${pair[1]} has no effect with --${pair[0]}\n    remove one of them\n`,
      });
    }
  }
});

test('a saved plan takes no option that was for its making', async (t) => {
  const { plan, config } = await place(t);
  for (const option of [
    '--limit=rs1',
    '--exclude=rs2',
    '--shard=1/2',
    '--forget=rs9',
    '--allow=add',
    '--batch=1',
    '--max-failures=1',
    '--keep-weights',
    '--switch-over',
  ]) {
    const { code, err } = await lvsformHere('apply', plan, '--ssh-config', config, option);
    t.is(code, exit.failed);
    t.regex(
      err,
      /has no effect with lvsform apply FILE \[-i PATH\]\n    a saved plan is applied as it is: give the option to lvsform plan/,
    );
  }
});

test('a safety option never fails open: empty, a list with a gap, given twice, a host that is not there', async (t) => {
  const { inventory, config } = await place(t);
  const plan = (...more: string[]): Promise<Said> =>
    lvsformHere('plan', '-i', inventory, '--ssh-config', config, ...more);
  for (const [option, says] of [
    ['--allow=', /--allow is empty/],
    ['--limit=', /--limit is empty/],
    ['--limit= ', /--limit is empty/],
    ['--exclude=', /--exclude is empty/],
    ['--limit=,', /has an empty entry/],
    ['--limit=rs1,', /has an empty entry/],
    ['--limit=rs7', /no host fits rs7: did you mean rs1\?/],
    ['--exclude=rs7', /no host fits rs7/],
    ['--forget=rs1', /--forget rs1: the host is in the inventory/],
    [
      '--forget=rs7',
      /--forget rs7: no host that was read knows of it\n    these could not be read, and may know it: lb1, rs1, rs2/,
    ],
  ] as const) {
    const { code, err } = await plan(option);
    t.is(code, exit.failed, option);
    t.regex(err, says);
  }
  t.like(await plan('--limit', 'rs*', '--exclude', 'rs*'), {
    code: exit.failed,
    err: 'lvsform: --exclude takes out every host that --limit selects\n',
  });
  t.like(await plan('--user', 'a', '--user', 'b'), {
    code: exit.failed,
    err: 'lvsform: --user is given twice\n    see: lvsform plan --help\n',
  });
});

test('where there is no JSON, --json is refused; where there is, an error is a line of it, too', async (t) => {
  const { inventory } = await place(t);
  for (const [name, command] of all) {
    for (const form of command.forms) {
      if (Object.hasOwn(form.options, 'json')) continue;
      const [verb] = form.verbs?.filter((each) => each !== '') ?? [];
      const line = [
        name,
        ...(verb === undefined ? [] : [verb]),
        ...(form.flag === undefined ? [] : [`--${form.flag}`]),
        ...(form.words?.[0] === 1 ? ['word'] : []),
      ];
      const { code, err } = await lvsformHere(...line, '--json');
      t.is(code, exit.failed);
      t.regex(err, /--json/, line.join(' '));
    }
  }
  const { code, out } = await lvsformHere('plan', '-i', inventory, '--limit', 'rs7', '--json');
  t.deepEqual(
    [code, JSON.parse(out)],
    [
      exit.failed,
      { version: 1, type: 'error', bug: false, message: 'no host fits rs7: did you mean rs1?', status: 1 },
    ],
  );
});

/** A value that an option takes. */
function valueOf(option: string, { at, inventory, config, key }: Place & { key: string }): string {
  const values: Record<string, string> = {
    inventory,
    'ssh-config': config,
    identity: key,
    output: join(at, `output-${option}`),
    limit: 'rs*',
    exclude: 'rs1',
    forget: 'rs9',
    allow: 'add',
    batch: '1,25%',
    shard: '1/2',
    'host-key': 'strict',
    transport: 'builtin',
    mode: 'dr',
    failover: 'none',
    family: 'rhel6',
    user: 'root',
    name: 'some',
  };
  return values[option] ?? '1';
}

/** Where a form stops short of an option in this test: hosts would have to change, or a machine to boot. */
const later: Readonly<Record<string, readonly string[]>> = {
  apply: ['force', 'yes'],
  destroy: ['force', 'yes'],
  forget: ['json', 'yes'],
  'lock release': ['json', 'yes', 'force'],
  'lab up': ['inventory', 'name', 'json', 'bare'],
  'lab down': ['all'],
};

/** The options whose values a command asks for. */
async function optionsRead([name = '', ...rest]: readonly string[]): Promise<ReadonlySet<string>> {
  const command = commands[name]!;
  const args = readCommandLine(name, command, rest);
  const read = new Set<string>();
  const options = new Proxy(args.options, {
    get: (values, option: string) => {
      read.add(option);
      return values[option];
    },
  });
  const { run } = await command.load();
  await run({ ...args, options }, ioHere().io).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
  });
  return read;
}

test('what a form takes is heeded: the command reads every option that it was given', async (t) => {
  const here = await place(t);
  let count = 0;
  for (const { name, form } of forms) {
    if (name === 'demo' || form.verbs?.includes('set') === true) continue;
    const [verb = ''] = form.verbs?.filter((each) => each !== '') ?? [];
    const skipped = ['help', 'no-color', 'lab', ...(later[`${name} ${verb}`.trim()] ?? [])];
    for (const [option, { type }] of Object.entries(form.options)) {
      if (skipped.includes(option)) continue;
      const value = valueOf(option, { ...here, key: join(here.at, 'none') });
      // A lab is known by its name or its inventory, and with neither all are shown.
      const line = lineOf(name, form, here, name === 'lab' ? 'inventory' : option);
      if (name === 'init') line.push(join(here.at, `new-${option}`));
      const read = await optionsRead([...line, type === 'boolean' ? `--${option}` : `--${option}=${value}`]);
      t.true(read.has(option), `${line.join(' ')} --${option}`);
      count += 1;
    }
  }
  t.true(count > 90, String(count));
});
