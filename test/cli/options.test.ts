import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Args } from '../../src/cli/args.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { type CommandSpec, type Form, optionsOf } from '../../src/cli/command.ts';
import { exit } from '../../src/cli/exits.ts';
import { folder, lvsformHere, lvsformProcess, type Said } from '../support/cli.ts';
import { dr } from '../support/inventories.ts';

// Nothing of this machine's user plays a part, and no program is started: a lab would be.
process.env['PATH'] = '/nonexistent';
process.env['XDG_STATE_HOME'] = '/nonexistent/state';
process.env['XDG_CONFIG_HOME'] = '/nonexistent/config';
for (const name of Object.keys(process.env)) if (name.startsWith('LVSFORM_')) delete process.env[name];

const all = Object.entries(commands);
const forms = all.flatMap(([name, command]) => command.forms.map((form) => ({ name, command, form })));

/** Hosts that are not there, on this machine, and nothing to log in with. */
const nowhere = `Host *
  HostName 127.0.0.1
  Port 1
  IdentityFile /nonexistent/key
  IdentitiesOnly yes
`;

interface Place {
  readonly at: string;
  readonly inventory: string;
  readonly plan: string;
  readonly config: string;
}

async function place(t: ExecutionContext): Promise<Place> {
  const at = await folder(t, { 'inventory.yaml': dr, ssh_config: nowhere });
  await mkdir(join(at, 'directory'));
  const [inventory, plan, config] = ['inventory.yaml', 'plan.json', 'ssh_config'].map((name) =>
    join(at, name),
  ) as [string, string, string];
  const made = await lvsformHere('plan', '-i', inventory, '--ssh-config', config, '-o', plan);
  t.is(made.code, exit.unreachable, made.err);
  return { at, inventory, plan, config };
}

/** A command line of a form that does as little as it can; `without` is an option that is to be left out. */
function lineOf(
  name: string,
  form: Form,
  { at, inventory, plan, config }: Place,
  without?: string,
): string[] {
  const has = (option: string): boolean => Object.hasOwn(form.options, option) && option !== without;
  const [verb] = form.verbs?.filter((each) => each !== '') ?? [];
  const [least = 0] = form.words ?? [];
  const file = name === 'show' || name === 'apply';
  return [
    name,
    ...(verb === undefined ? [] : [verb]),
    ...Array.from({ length: least }, () => (file ? plan : 'word')),
    ...(form.flag === undefined || form.flag === without ? [] : [`--${form.flag}`]),
    // No lab is up, and none is to be.
    ...(has('inventory') ? ['-i', name === 'lab' ? join(at, 'none.yaml') : inventory] : []),
    ...(has('ssh-config') && without !== 'lab' ? ['--ssh-config', config] : []),
    ...(name === 'render' && has('output') ? ['-o', join(at, 'out')] : []),
  ];
}

/** What a user may give by mistake. A file that even root cannot read is this process's memory. */
const mistakes = (at: string, count = 0): Record<string, string> => ({
  'a missing path': join(at, `none-${count}`),
  'a directory': join(at, 'directory'),
  'an unreadable file': '/proc/self/mem',
  'an empty word': '',
  'a huge number': '99999999999999999999',
});

function isAnswer(t: ExecutionContext, { code, out, err }: Said, line: readonly string[]): void {
  const said = `${line.join(' ')}: ${code}: ${out}${err}`;
  t.true((Object.values(exit) as number[]).includes(code), said);
  t.notRegex(out + err, /bug of lvsform|\bat .*\.[jt]s:\d+/, said);
  if (code === exit.failed) t.regex(err, /^lvsform: ./m, said);
}

test('every option of every command, given by mistake, is answered: never a bug, never without end', async (t) => {
  const here = await place(t);
  let count = 0;
  for (const { name, form } of forms) {
    for (const [option, { type }] of Object.entries(form.options)) {
      if (type === 'boolean') continue;
      for (const [what, value] of Object.entries(mistakes(here.at, count))) {
        // What is written goes into the test's own folder.
        if (option === 'output' && what === 'a huge number') continue;
        const line = [...lineOf(name, form, here, option), `--${option}=${value}`];
        const said = await (form.verbs?.includes('set') === true
          ? lvsformProcess(line)
          : lvsformHere(...line));
        isAnswer(t, said, line);
        if (what === 'an empty word') t.regex(said.err, new RegExp(`--${option} is empty`));
        count += 1;
      }
    }
  }
  t.true(count > 200, String(count));
});

test('every word of every command, given by mistake, is answered', async (t) => {
  const here = await place(t);
  for (const { name, form } of forms) {
    const line = lineOf(name, form, here);
    for (const value of Object.values(mistakes(here.at))) {
      if (form.words === undefined || (name === 'init' && value.startsWith('9'))) continue;
      const words = form.verbs === undefined ? [name, value] : [...line.slice(0, 2), value];
      const given = [
        ...words,
        ...line.filter((_, at) => at >= (form.verbs === undefined ? 1 + form.words![0] : 2 + form.words![0])),
      ];
      const said = await (form.verbs?.includes('show') === true
        ? lvsformProcess(given)
        : lvsformHere(...given));
      isAnswer(t, said, given);
    }
  }
});

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
        const { type, check } = form.options[option]!;
        return type === 'boolean'
          ? [`--${option}`]
          : [`--${option}=${check?.('add') === undefined ? 'add' : '1'}`];
      });
      const line = [
        ...lineOf(name, form, here, pair.includes('ssh-config') ? 'ssh-config' : pair[1]),
        ...given,
      ];
      t.like(await lvsformHere(...line), {
        code: exit.failed,
        err: `lvsform: --${pair[1]} has no effect beside --${pair[0]}\n    leave one of them out\n`,
      });
    }
  }
});

test('a saved plan takes no option that was for its making', async (t) => {
  const { plan, config } = await place(t);
  for (const option of [
    '--limit=rs1',
    '--exclude=rs2',
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
    ['--limit=,', /has an empty word/],
    ['--limit=rs1,', /has an empty word/],
    ['--limit=rs7', /no host fits rs7: did you mean rs1\?/],
    ['--exclude=rs7', /no host fits rs7/],
    ['--forget=rs1', /--forget rs1: the host is in the inventory/],
    [
      '--forget=rs7',
      /--forget rs7: no host that was read knows of it\n    these could not be read, and may know of it: lb1, rs1, rs2/,
    ],
  ] as const) {
    const { code, err } = await plan(option);
    t.is(code, exit.failed, option);
    t.regex(err, says);
  }
  t.like(await plan('--limit', 'rs*', '--exclude', 'rs*'), {
    code: exit.failed,
    err: 'lvsform: no host is selected: exclude leaves none of them\n',
  });
  t.like(await plan('--user', 'a', '--user', 'b'), {
    code: exit.failed,
    err: 'lvsform: --user is given twice\n',
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

test('variables of the environment: an empty one is refused, not taken for none', async (t) => {
  const { at, inventory } = await place(t);
  const set = (name: string, value: string, ...line: string[]): Promise<Said> =>
    lvsformProcess(line, { env: { [name]: value } });
  t.like(await set('LVSFORM_INVENTORY', '', 'validate'), {
    code: exit.failed,
    err: 'lvsform: LVSFORM_INVENTORY is set, and empty\n    give it a value, or take it away: unset LVSFORM_INVENTORY\n',
  });
  t.regex(
    (await set('LVSFORM_INVENTORY', join(at, 'directory'), 'validate')).err,
    /directory has no \.yaml files/,
  );
  t.regex(
    (await set('LVSFORM_INVENTORY', join(at, 'directory'), 'secrets')).err,
    /directory has no \.yaml files/,
  );
  const keyed = join(at, 'keyed');
  await lvsformHere('init', keyed, '--failover', 'heartbeat');
  t.regex(
    (await set('LVSFORM_PASSPHRASE', '', 'secrets', 'generate', '-i', keyed)).err,
    /LVSFORM_PASSPHRASE is set, and empty/,
  );
  t.regex(
    (await set('LVSFORM_SUDO_PASSWORD', '', 'plan', '-i', inventory)).err,
    /LVSFORM_SUDO_PASSWORD is set, and empty/,
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
    'host-key': 'strict',
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
  destroy: ['yes'],
  'lab up': ['inventory', 'name', 'json', 'bare'],
  'lab down': ['all'],
};

test.serial('what a form takes is heeded: the command reads every option that it was given', async (t) => {
  const here = await place(t);
  const read = new Set<string>();
  for (const method of ['flag', 'text', 'list', 'number'] as const) {
    const original = Args.prototype[method] as (this: Args, name: string, otherwise: number) => unknown;
    Object.defineProperty(Args.prototype, method, {
      value(this: Args, name: string, otherwise: number) {
        read.add(name);
        return original.call(this, name, otherwise);
      },
    });
  }
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
      read.clear();
      await lvsformHere(...line, type === 'boolean' ? `--${option}` : `--${option}=${value}`);
      t.true(read.has(option), `${line.join(' ')} --${option}`);
      count += 1;
    }
  }
  t.true(count > 90, String(count));
});
