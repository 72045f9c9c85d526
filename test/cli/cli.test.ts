import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import test from 'ava';
import { commands } from '../../src/cli/commands/index.ts';
import { readingRules, rules } from '../../src/inventory/rules/index.ts';
import { folder, lvsformProcess as lvsform, main, type Said } from '../support/cli.ts';
import { digest } from '../../src/net/digest.ts';
import { planVersion } from '../../src/plan/plan.ts';
import { dr } from '../support/inventories.ts';

test('help: every command has one, with an example and its exit statuses', async (t) => {
  const general = await lvsform(['--help']);
  t.is(general.code, 0);
  for (const name of Object.keys(commands)) {
    t.regex(general.out, new RegExp(`^  ${name} `, 'm'));
    const { code, out } = await lvsform([name, '--help']);
    t.is(code, 0);
    t.regex(out, new RegExp(`usage: lvsform ${name}[^]*examples?:\n  lvsform ${name}[^]*exit status: `));
  }
});

test('what is misspelt is told with what was meant', async (t) => {
  t.like(await lvsform(['paln']), {
    code: 1,
    err: 'lvsform: unknown command paln: did you mean plan?\n',
  });
  t.like(await lvsform(['plan', '--limti', 'x']), {
    code: 1,
    err: 'lvsform: unknown option --limti: did you mean --limit?\n    see: lvsform plan --help\n',
  });
  t.like(
    await lvsform([
      'plan',
      '--host-key',
      'nope',
      '-i',
      fileURLToPath(new URL('../../../inventories/dr', import.meta.url)),
    ]),
    {
      code: 1,
      err: 'lvsform: --host-key takes strict, accept-new or off, not nope\n    see: lvsform plan --help\n',
    },
  );
});

test('init with a pair of directors is sound for every engine and mode', async (t) => {
  const cwd = await folder(t);
  for (const mode of ['dr', 'nat', 'tun', 'fullnat']) {
    for (const engine of ['keepalived', 'heartbeat', 'pacemaker']) {
      const name = `${mode}-${engine}`;
      const made = await lvsform(['init', name, '--mode', mode, '--failover', engine], { cwd });
      t.is(made.code, 0, made.err);
      t.is(made.out.includes('secrets generate'), engine !== 'keepalived');
      const { code, out, err } = await lvsform(['validate', '-i', `${name}/inventory.yaml`], { cwd });
      t.is(code, 0, `${name}: ${out}${err}`);
      // Of pacemaker it is said that nobody fences.
      t.regex(out, engine === 'pacemaker' ? /1 warning/ : /no problems/);
    }
  }
});

test('secrets: generated once, shown, set, removed', async (t) => {
  const cwd = await folder(t);
  const env = { LVSFORM_PASSPHRASE: 'open sesame, please' };
  const secrets = (...words: string[]): Promise<Said> =>
    lvsform(['secrets', ...words, '-i', 'x/inventory.yaml'], { cwd, env });
  await lvsform(['init', 'x', '--failover', 'heartbeat'], { cwd });
  t.regex((await secrets('list')).out, /^web\/failover: missing/);
  t.regex((await secrets('show', 'web/failover')).err, /lvsform secrets generate/);
  t.is((await secrets('generate')).out, 'x/secrets.lvsform: web/failover generated\n');
  t.is((await secrets('generate')).out, 'Nothing to generate: every key is there.\n');
  const { out } = await secrets('show', 'web/failover');
  t.regex(out, /^[0-9a-f]{256}\n$/);
  t.is((await secrets('show', 'web/failover')).out, out);
  t.regex((await secrets('list')).out, /^web\/failover: in the store/);
  const wrong = await lvsform(['secrets', 'show', 'web/failover', '-i', 'x/inventory.yaml'], {
    cwd,
    env: { LVSFORM_PASSPHRASE: 'guess' },
  });
  t.is(wrong.code, 1);
  t.regex(wrong.err, /cannot be opened with this passphrase/);
  t.like(await secrets('remove', 'web/failover'), {
    code: 0,
    out: 'x/secrets.lvsform: web/failover removed\n',
  });
  t.regex(
    (await secrets('remove', 'web/failover')).err,
    /there is no web\/failover in .*: there is none to choose from\n    see: lvsform secrets list/,
  );
  t.regex((await secrets('list')).out, /: missing/);
});

test('secrets set takes only what the inventory reads from the store, and a new store no short passphrase', async (t) => {
  const cwd = await folder(t);
  await lvsform(['init', 'x', '--failover', 'heartbeat'], { cwd });
  const secrets = (passphrase: string, ...words: string[]): Promise<Said> =>
    lvsform(['secrets', ...words, '-i', 'x'], { cwd, env: { LVSFORM_PASSPHRASE: passphrase } });
  for (const verb of ['set', 'show']) {
    t.like(await secrets('a long passphrase', verb, 'web/failure'), {
      code: 1,
      err: 'lvsform: the inventory needs no secret web/failure: did you mean web/failover?\n    see: lvsform secrets list -i x\n',
    });
  }
  t.like(await secrets('11 letters.', 'generate'), {
    code: 1,
    err: 'lvsform: the passphrase of a new store of secrets needs at least 12 characters\n    choose a longer one: anyone with the file can guess a short one\n',
  });
  await t.throwsAsync(stat(join(cwd, 'x/secrets.lvsform')), { code: 'ENOENT' });
  t.is((await secrets('12 letters..', 'generate')).code, 0);
  await lvsform(['init', 'y', '--failover', 'heartbeat'], { cwd });
  const path = join(cwd, 'y/inventory.yaml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('engine: heartbeat }', 'engine: heartbeat, key: { env: KEY } }'));
  t.regex(
    (await lvsform(['secrets', 'set', 'web/failover', '-i', 'y'], { cwd })).err,
    /^lvsform: the value of web\/failover comes from the environment, KEY: lvsform would not read another one\n/,
  );
});

test('an inventory takes over no host from itself', async (t) => {
  const cwd = await folder(t);
  await lvsform(['init', 'shop'], { cwd });
  for (const command of ['plan', 'apply', 'destroy']) {
    const { code, err } = await lvsform([command, '-i', 'shop', '--take-over', 'shop'], { cwd });
    t.is(code, 1);
    t.regex(err, command === 'destroy' ? /--take-over/ : /--take-over shop names this inventory:/);
  }
});

test('init, validate, render: from nothing to documents', async (t) => {
  const cwd = await folder(t);
  for (const mode of ['dr', 'nat', 'tun', 'fullnat']) {
    t.is((await lvsform(['init', mode, '--mode', mode], { cwd })).code, 0);
    t.like(await lvsform(['validate', '-i', mode], { cwd }), {
      code: 0,
      out: `${mode}: no problems (1 cluster, 3 hosts)\n`,
    });
    t.like(await lvsform(['render', '-i', mode, '-o', 'out'], { cwd }), { code: 0 });
    t.is((await stat(join(cwd, 'out/lb1/usr/local/sbin/lvs-director'))).mode & 0o777, 0o755);
  }
  const again = await lvsform(['init', 'dr'], { cwd });
  t.like(again, {
    code: 1,
    err: 'lvsform: dr/inventory.yaml exists already; it was not changed\n    name another directory: lvsform init DIR\n',
  });
  JSON.parse(await readFile(join(cwd, 'dr/inventory.schema.json'), 'utf8'));
});

test('validate tells every problem with its place, as text and as JSON', async (t) => {
  const cwd = await folder(t, {
    'inventory.yaml': dr.replace('wlc', 'wlcc').replace('weight: 2', 'weight: -2'),
  });
  const { code, out } = await lvsform(['validate'], { cwd });
  t.is(code, 1);
  t.is(
    out,
    `./inventory.yaml:9:45: error LVS033: rs1: the weight -2 is out of range
    use 0 to 65535; only the ratio of the weights counts
./inventory.yaml:12:32: error LVS032: unknown scheduler wlcc
    did you mean wlc?
./inventory.yaml: 2 errors
`,
  );
  const json = await lvsform(['validate', '--json'], { cwd });
  t.like(JSON.parse(json.out), {
    version: 1,
    valid: false,
    problems: [{ rule: 'LVS033' }, { rule: 'LVS032' }],
  });
});

test('rules: all of them, one with its page, and the command for it after problems', async (t) => {
  const cwd = await folder(t, { 'inventory.yaml': dr.replace('wlc', 'wlcc'), 'sound.yaml': dr });
  const { out } = await lvsform(['rules']);
  t.regex(
    out,
    /^LVS000 {2}error {4}the file is not YAML\n[^]*^LVS037 {2}warning {2}no real server takes connections for a service$/m,
  );
  t.is(out.match(/^LVS\d{3} /gm)?.length, rules.length + readingRules.length);
  for (const id of ['LVS032', 'lvs032'])
    t.regex((await lvsform(['rules', id])).out, /^LVS032: [^\n]+\n\nSeverity: error\.\n\n./);
  const { rules: told } = JSON.parse((await lvsform(['rules', 'LVS032', '--json'])).out) as {
    rules: unknown[];
  };
  t.like(told, [{ id: 'LVS032', severity: 'error' }]);
  t.like(await lvsform(['rules', 'LVS32']), {
    code: 1,
    err: 'lvsform: there is no rule LVS32: did you mean LVS032?\n    see: lvsform rules\n',
  });
  // LVS004 is no misspelt LVS003.
  t.is(
    (await lvsform(['rules', 'LVS004'])).err,
    'lvsform: there is no rule LVS004\n    see: lvsform rules\n',
  );
  t.regex((await lvsform(['validate'], { cwd })).err, /^why it is a rule: lvsform rules LVS032\n$/);
  t.regex((await lvsform(['plan'], { cwd })).err, /: 1 error\n {4}why it is a rule: lvsform rules LVS032\n$/);
  t.is((await lvsform(['validate', '-i', 'sound.yaml'], { cwd })).err, '');
  // A page names docs by the paths that they have here.
  const [path = ''] = /\/\S+docs\/ownership\.md/.exec((await lvsform(['rules', 'LVS002'])).out) ?? [];
  t.true((await stat(path)).isFile());
});

test('a command that is proposed works when it is pasted, whatever the path', async (t) => {
  const cwd = await folder(t);
  const env = { LVSFORM_PASSPHRASE: 'a long passphrase' };
  const made = await lvsform(['init', "my lab's", '--failover', 'heartbeat'], { cwd });
  const proposals = (text: string): string[] =>
    [...text.matchAll(/lvsform ((?:validate|plan|secrets generate|init) .*?)(?=\)?$)/gm)].map(
      ([, words]) => words!,
    );
  t.is(proposals(made.out).length, 3, made.out);
  const listed = await lvsform(['secrets', 'list', '-i', "my lab's"], { cwd });
  await writeFile(join(cwd, 'key'), ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private);
  // Without its secret it reaches no host.
  const planned = await lvsform(['plan', '-i', "my lab's", '--identity', 'key'], { cwd });
  await mkdir(join(cwd, 'your lab'));
  const empty = await lvsform(['validate', '-i', 'your lab'], { cwd });
  const all = [made.out, listed.out, planned.err, empty.err].flatMap(proposals);
  t.is(all.length, 6, all.join('\n'));
  for (const words of all) {
    const { stdout, stderr } = await promisify(execFile)(
      '/bin/sh',
      ['-c', `"$0" "$1" ${words} 2>&1 || :`, process.execPath, main],
      { cwd, env: { ...process.env, ...env } },
    );
    t.notRegex(stdout + stderr, /there is no inventory|unexpected argument|syntax error/, words);
  }
});

test('the comments of init name files that are there', async (t) => {
  const cwd = await folder(t);
  for (const mode of ['dr', 'nat', 'tun', 'fullnat']) {
    await lvsform(['init', mode, '--mode', mode], { cwd });
    const text = await readFile(join(cwd, mode, 'inventory.yaml'), 'utf8');
    const named = [...text.matchAll(/[\w./-]+\.(md|json)\b/g)].map(([each]) => each);
    t.true(named.length > 0);
    for (const each of named) t.true((await stat(join(cwd, mode, each))).isFile(), each);
  }
});

test('no inventory, and an inventory with errors, stop plan with 1', async (t) => {
  const cwd = await folder(t, { 'bad.yaml': 'clusters: 3' });
  t.like(await lvsform(['plan'], { cwd }), {
    code: 1,
    err: 'lvsform: there is no inventory at ./inventory.yaml; name one with -i, or make one with: lvsform init\n',
  });
  t.like(await lvsform(['plan', '-i', 'bad.yaml'], { cwd }), { code: 1 });
  t.like(await lvsform(['validate'], { cwd, env: { LVSFORM_INVENTORY: 'bad.yaml' } }), { code: 1 });
});

test('without any key to log in with no host is connected to, and the files that were looked for are named', async (t) => {
  const cwd = await folder(t, { 'inventory.yaml': dr });
  for (const command of ['plan', 'apply', 'destroy', 'verify', 'lock status']) {
    const { code, out, err } = await lvsform([...command.split(' '), '--identity', 'nowhere'], { cwd });
    t.is(code, 1, command);
    t.is(out, '', command);
    t.regex(
      err,
      /^lvsform: there is no private key to log in with \(nowhere: is not there\)\n +name one by --identity/,
      command,
    );
  }
});

const hollow = { version: planVersion, documents: {} };

test('a plan file that is none, and one that was changed, are refused', async (t) => {
  const cwd = await folder(t, {
    'inventory.yaml': dr,
    text: 'hello',
    json: '{}',
    old: '{"version":0,"documents":{}}',
    hollow: JSON.stringify({ ...hollow, checksum: digest(JSON.stringify(hollow)) }),
  });
  for (const [file, says] of [
    ['text', /not a plan of lvsform/],
    ['json', /not a plan of lvsform/],
    ['old', /has version 0/],
    ['hollow', /not a plan of lvsform: id: /],
    ['none', /cannot read the plan none/],
  ] as const) {
    const { code, err } = await lvsform(['show', file], { cwd });
    t.is(code, 1);
    t.regex(err, says);
  }
  await writeFile(join(cwd, 'key'), ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private);
  await writeFile(join(cwd, 'ssh_config'), 'Host *\n  HostName 127.0.0.1\n  Port 1\n');
  await lvsform(['plan', '--ssh-config', 'ssh_config', '--identity', 'key', '-o', 'plan.json'], { cwd });
  t.is((await stat(join(cwd, 'plan.json'))).mode & 0o777, 0o600);
  t.is((await lvsform(['show', 'plan.json'], { cwd })).code, 0);
  const text = await readFile(join(cwd, 'plan.json'), 'utf8');
  await writeFile(join(cwd, 'plan.json'), text.replace('127.0.0.1', '127.0.0.2'));
  t.like(await lvsform(['show', 'plan.json'], { cwd }), {
    code: 1,
    err: 'lvsform: plan.json: this plan was changed after it was made: plan again\n',
  });
});

test('plan -o and init replace no file of the user', async (t) => {
  const cwd = await folder(t, {
    'inventory.yaml': dr,
    'other.json': '{"version":5,"documents":{}}',
    'inventory.schema.json': '{}',
  });
  await writeFile(join(cwd, 'key'), ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private);
  await writeFile(join(cwd, 'ssh_config'), 'Host *\n  HostName 127.0.0.1\n  Port 1\n');
  const plan = (file: string): Promise<Said> =>
    lvsform(['plan', '--ssh-config', 'ssh_config', '--identity', 'key', '-o', file], { cwd });
  for (const file of ['inventory.yaml', 'other.json']) {
    const before = await readFile(join(cwd, file), 'utf8');
    t.like(await plan(file), {
      code: 1,
      out: '',
      err: `lvsform: ${file} is not a plan of lvsform; it was not overwritten\n    name another file with -o\n`,
    });
    t.is(await readFile(join(cwd, file), 'utf8'), before);
  }
  // A plan gives way to the next one, whatever lvsform made it.
  await plan('plan.json');
  const first = await readFile(join(cwd, 'plan.json'), 'utf8');
  await writeFile(join(cwd, 'plan.json'), first.replace(`"version":${planVersion}`, '"version":0'));
  await plan('plan.json');
  t.is((await lvsform(['show', 'plan.json'], { cwd })).code, 0);
  await rm(join(cwd, 'inventory.yaml'));
  const { err } = await lvsform(['init', '.'], { cwd });
  t.regex(err, /^lvsform: inventory\.schema\.json is not the schema of lvsform; it was not overwritten\n/);
  await writeFile(join(cwd, 'inventory.schema.json'), (await lvsform(['validate', '--schema'])).out);
  t.is((await lvsform(['init', '.'], { cwd })).code, 0);
});

test('the version starts fast because nothing heavy is loaded', async (t) => {
  const { out } = await lvsform(['--version']);
  t.regex(out, /^lvsform \d+\.\d+\.\d+\n$/);
  const loaded = `console.log(Object.keys((await import('node:module')).default._cache).join(' ') + '#')`;
  const script = `process.argv.push('--version'); await import(${JSON.stringify(main)}); ${loaded}; await import('ssh2'); ${loaded}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const [atStart = '', withSsh = ''] = stdout.split('#');
  t.notRegex(atStart, /ssh2|handlebars/);
  t.regex(withSsh, /ssh2/);
});

test('demo tells the whole story and ends well', async (t) => {
  const { code, out } = await lvsform(['demo']);
  t.is(code, 0);
  t.regex(
    out,
    /No changes: 5 hosts are as wanted\.[^]*rs1 weight 9 -> 2[^]*No changes: 5 hosts are as wanted\.[^]*is as it was before\.\n\nYour own cluster begins with: lvsform init DIRECTORY\n$/,
  );
  t.notRegex(out, /\x1b/); // oxlint-disable-line no-control-regex -- no colours off a terminal
});
