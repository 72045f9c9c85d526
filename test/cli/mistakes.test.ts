import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { OptionSpec } from '../../src/cli/option.ts';
import { exit } from '../../src/report/exit-statuses.ts';
import { lvsformHere, lvsformProcess, type Said } from '../support/cli.ts';
import { forms, lineOf, place } from '../support/forms.ts';

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
  t.notRegex(out + err, /bug in lvsform|\bat .*\.[jt]s:\d+/, said);
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

function takesOneWord(spec: OptionSpec): boolean {
  return spec.type === 'string' && spec.multiple === undefined && spec.reader.read('x') !== undefined;
}

test('every mistake with an option names it as it was written, and the help that lists it', async (t) => {
  const here = await place(t);
  let count = 0;
  for (const { name, form } of forms) {
    const help = new RegExp(`\\n    (.*; )?see: lvsform ${name} --help\\n$`);
    for (const [option, spec] of Object.entries<OptionSpec>(form.options)) {
      const { type, short } = spec;
      const written = [`--${option}`, ...(short === undefined ? [] : [`-${short}`])];
      for (const each of written) {
        const inline = each.startsWith('--') ? `${each}=x` : `${each}x`;
        const wrong =
          type === 'boolean'
            ? [[`--${option}=x`]]
            : [
                [each],
                [each, '--no-color'],
                [each, ''],
                ...(each === `-${short}` ? [['-i=x'.replace('i', short!)], [`-${option}`, 'x']] : []),
                ...(takesOneWord(spec) ? [[inline, inline]] : []),
              ];
        for (const given of wrong) {
          const line = [...lineOf(name, form, here, option), ...given];
          const { code, err } = await lvsformHere(...line);
          t.is(code, exit.failed, line.join(' '));
          t.true(err.startsWith('lvsform: ') && err.includes(given[0]!.replace(/(?<=^-\w)x$|=x$/, '')), err);
          t.regex(err, help, line.join(' '));
          count += 1;
        }
      }
    }
    const unknown = await lvsformHere(...lineOf(name, form, here), '--no-colour');
    t.regex(unknown.err, /^lvsform: unknown option --no-colour: did you mean --no-color\?\n/);
    t.regex(unknown.err, help);
  }
  t.true(count > 300, String(count));
});

test('a number that is negative, too large or a word is refused with what the option takes', async (t) => {
  const here = await place(t);
  for (const [given, says] of [
    [['--timeout', '-5'], '--timeout takes a whole number from 1 to 3600, not -5'],
    [['--port', '99999'], '--port takes a whole number from 1 to 65535, not 99999'],
    [['--parallelism', 'many'], '--parallelism takes a whole number from 1 to 10000, not many'],
    [['--user', 'a b'], '--user takes a login name without spaces, not a b'],
  ] as const) {
    t.like(await lvsformHere('plan', '-i', here.inventory, ...given), {
      code: exit.failed,
      err: `lvsform: ${says}\n    see: lvsform plan --help\n`,
    });
  }
});

test('a word too many that is an inventory is told with -i; a word too few, by its name', async (t) => {
  const { at, inventory, plan, config } = await place(t);
  const spaced = join(at, 'my lab.yaml');
  for (const [line, says] of [
    [['validate', inventory], `unexpected argument ${inventory}: did you mean -i ${inventory}?`],
    [
      ['plan', join(at, 'directory')],
      `unexpected argument ${at}/directory: did you mean -i ${at}/directory?`,
    ],
    [['secrets', 'list', 'none.yml'], 'unexpected argument none.yml: did you mean -i none.yml?'],
    [['verify', spaced], `unexpected argument ${spaced}: did you mean -i '${spaced}'?`],
    [['verify', 'nothing'], 'unexpected argument nothing'],
    [['plan', 'b.yaml', '-i', inventory], 'unexpected argument b.yaml'],
    [['lock'], 'lock needs status or release'],
    [['secrets'], 'secrets needs list, generate, show, set or remove'],
    [['secrets', 'lost'], 'secrets takes list, generate, show, set or remove, not lost'],
    [['secrets', 'set'], 'secrets set needs NAME'],
    [['lock', 'release'], 'lock release needs HOST'],
    [['lab', 'exec'], 'lab exec needs HOST'],
    [['forget'], 'forget needs HOST'],
    [['show'], 'show needs FILE'],
  ] as const) {
    const { code, err } = await lvsformHere(...line);
    t.is(code, exit.failed);
    t.is(err.split('\n')[0], `lvsform: ${says}`, line.join(' '));
    t.regex(err, /\n {4}usage: lvsform /, line.join(' '));
  }
  for (const path of [inventory, join(at, 'directory'), join(at, 'none.yaml')]) {
    const { err } = await lvsformHere('apply', path);
    t.regex(err, new RegExp(`\n {4}to apply an inventory: lvsform apply -i ${path}\n$`), path);
  }
  t.like(await lvsformHere('lock', 'status', 'rs11', '-i', inventory, '--ssh-config', config), {
    code: exit.failed,
    err: 'lvsform: there is no host rs11 in the inventory: did you mean rs1?\n',
  });
  t.like(await lvsformHere('plan', '-i', inventory, '--ssh-config', config, '--exclude', '*'), {
    code: exit.failed,
    err: 'lvsform: --exclude takes out every host\n',
  });
  t.is(
    (await lvsformHere('secrets', 'list', '-i', inventory)).out,
    'The inventory needs no secret, and the store has none.\n',
  );
  t.is((await lvsformHere('show', plan)).code, exit.done);
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

test('variables of the environment: an empty one is refused, not taken for none', async (t) => {
  const { at, inventory } = await place(t);
  const set = (name: string, value: string, ...line: string[]): Promise<Said> =>
    lvsformProcess(line, { env: { [name]: value } });
  t.like(await set('LVSFORM_INVENTORY', '', 'validate'), {
    code: exit.failed,
    err: 'lvsform: LVSFORM_INVENTORY is set but empty\n    give it a value, or run: unset LVSFORM_INVENTORY\n',
  });
  t.regex(
    (await set('LVSFORM_INVENTORY', join(at, 'directory'), 'validate')).err,
    /directory has no \.yaml files.*\n {4}the path is from LVSFORM_INVENTORY\n/,
  );
  t.regex(
    (await set('LVSFORM_INVENTORY', join(at, 'directory'), 'secrets', 'list')).err,
    /directory has no \.yaml files.*\n {4}the path is from LVSFORM_INVENTORY\n/,
  );
  const keyed = join(at, 'keyed');
  await lvsformHere('init', keyed, '--failover', 'heartbeat');
  t.regex(
    (await set('LVSFORM_PASSPHRASE', '', 'secrets', 'generate', '-i', keyed)).err,
    /LVSFORM_PASSPHRASE is set but empty/,
  );
  t.regex(
    (await set('LVSFORM_SUDO_PASSWORD', '', 'plan', '-i', inventory)).err,
    /LVSFORM_SUDO_PASSWORD is set but empty/,
  );
});
