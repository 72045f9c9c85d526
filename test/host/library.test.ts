import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { engines } from '../../src/engines/index.ts';
import { functionsOf, hostLibrary } from '../../src/host/library.ts';
import { families } from '../../src/model/family.ts';
import { readGolden } from '../support/golden.ts';
import { calledIn, scriptsFor, type SentScript } from '../support/host-scripts.ts';
import { inventoryAt, shown } from '../support/inventories.ts';
import { complete, library } from '../support/library.ts';

const run = promisify(execFile);
const folder = 'src/host';
const files = (await readdir(folder))
  .filter((name) => name.endsWith('.sh'))
  .map((name) => join(folder, name));
const names = new Set(library.functions.map(({ name }) => name));
const definedIn = (script: string): Set<string> =>
  new Set(functionsOf(script.slice(0, script.search(/^begin \w+$/m)), 'the script').map(({ name }) => name));

const textOf = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
);

/** Every script to blank hosts of every inventory that the repository shows, by family. */
const sent = new Map<string, readonly SentScript[]>();
for (const path of shown) {
  for (const family of families)
    sent.set(`${path} on ${family}`, await scriptsFor(await inventoryAt(path), family));
}

/** What a shell prints for a script on its standard input. Throws where it prints an error. */
async function printedBy(shell: readonly string[], script: string): Promise<string> {
  const child = spawn(shell[0]!, shell.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
  let printed = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  child.stdin.end(script);
  await once(child, 'close');
  if (errors !== '') throw new Error(errors);
  return printed;
}

test('the shell functions for hosts pass shellcheck, dash and bash', async (t) => {
  // Other files, and scripts that pure modules write, call a function and set what it reads.
  const elsewhere = ['-e', 'SC2034,SC2154,SC2174,SC2317,SC2329'];
  await t.notThrowsAsync(
    run('shellcheck', ['-s', 'sh', ...elsewhere, ...files]).catch((error: unknown) => {
      throw new Error((error as { stdout: string }).stdout);
    }),
  );
  for (const file of files) {
    await t.notThrowsAsync(run('dash', ['-n', file]));
    await t.notThrowsAsync(run('bash', ['--posix', '-n', file]));
  }
});

test('bash finds the same functions in the files, and the same functions without their comments', async (t) => {
  const asStored = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
  const asSent = complete([...names].join('\n')).split(`\n${[...names].join('\n')}`)[0]!;
  const [read, bare] = await Promise.all(
    [asStored, asSent].map((text) => printedBy(['bash', '--posix'], `${text}\ndeclare -f\n`)),
  );
  t.is(bare, read);
  t.deepEqual(
    [...read!.matchAll(/^(\w+) \(\) *$/gm)].map(([, name]) => name!).toSorted(),
    [...names].toSorted(),
  );
  t.notRegex(asSent, /^\s*(#|$)/m);
});

const small = hostLibrary(
  new Map([
    ['a.sh', '# Things.\n\n# one: needs two.\none() {\n  # Why.\n  two\n}\n\nthree() { :; }\n'],
    ['b.sh', 'two() {\n  one\n} 2>/dev/null\n'],
  ]),
);

test('a script travels with what it names, directly or by way of others, and with nothing else', (t) => {
  t.is(small.complete('one x\n'), 'one() {\n  two\n}\ntwo() {\n  one\n} 2>/dev/null\none x\n');
  t.is(small.complete('x && three'), 'three() { :; }\nx && three');
  t.is(small.complete('x-one one.sh /one\n'), 'x-one one.sh /one\n');
});

test('operators read comments where they read scripts', (t) => {
  t.is(
    small.readable('two\n'),
    '# one: needs two.\none() {\n  # Why.\n  two\n}\n\ntwo() {\n  one\n} 2>/dev/null\n\ntwo\n',
  );
});

test('a name has one function, and a file has whole functions only', (t) => {
  const twice = new Map([
    ['a.sh', 'one() { :; }\n'],
    ['b.sh', 'one() { :; }\n'],
  ]);
  t.throws(() => hostLibrary(twice), { message: /defines one twice/ });
  for (const text of ['one() {\n', 'one=1\n', 'one() { :; }\n  two\n', '}\n'])
    t.throws(() => functionsOf(text, 'a.sh'), { message: /^a\.sh: only whole functions may stand here/ });
});

test('a script that is completed twice does the same, and its own functions take the place of ours', async (t) => {
  const script = 'begin F\nfilled() { echo mine; }\nfilled\nsay end\n';
  const whole = complete(script);
  t.is(await printedBy(['sh'], whole), 'mine\n\n@F end\n');
  t.is(await printedBy(['sh'], complete(whole)), 'mine\n\n@F end\n');
});

for (const [where, scripts] of sent) {
  test(`every script for ${where} has the functions that it calls`, async (t) => {
    t.true(scripts.some(({ what }) => !what.endsWith(': read')));
    for (const { what, script } of scripts) {
      const completed = complete(script);
      const defined = definedIn(completed);
      t.deepEqual(
        calledIn(completed, names).filter((name) => !defined.has(name)),
        [],
        what,
      );
    }
    const whole = scripts.map(({ script }) => complete(script)).join('\n');
    await t.notThrowsAsync(printedBy(['dash', '-n'], whole));
  });
}

test('functions travel only where they are needed', (t) => {
  const fileOf = new Map<string, string>();
  const others = ['cib', 'mounts', 'filter', 'engines', ...engines.map(({ name }) => name)];
  for (const path of others.map((name) => `src/host/${name}.sh`).filter((each) => textOf.has(each)))
    for (const { name } of library.functions)
      if (textOf.get(path)!.includes(`\n${name}() {`)) fileOf.set(name, path);
  for (const { what, script } of sent.get('inventories/dr on debian')!) {
    const rare = [...definedIn(complete(script))].filter((name) => fileOf.has(name));
    t.deepEqual(rare, [], what);
  }
  for (const { what, script } of sent
    .get('inventories/dr on debian')!
    .filter((each) => each.what.endsWith(': read')))
    t.false(definedIn(complete(script)).has('try_lock'), what);
});

test('the boot scripts carry the functions that they call, and those that these call, and no other', async (t) => {
  const { documents } = await readGolden();
  const scripts = [...documents].filter(([, content]) => content.includes('\nat_root\n'));
  t.true(scripts.length > 100);
  for (const [name, content] of scripts) {
    const carried = [...names].filter((each) => content.includes(`\n${each}() {`));
    const wanted = new Set(calledIn(content.slice(content.indexOf('\nstart() {')), names));
    for (const each of wanted)
      for (const more of calledIn(library.functions.find((one) => one.name === each)!.text, names))
        wanted.add(more);
    t.deepEqual(carried.toSorted(), [...wanted].toSorted(), name);
  }
});

test('the product calls every function', async (t) => {
  const sources = await Promise.all(
    (await readdir('src', { recursive: true }))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFile(join('src', name), 'utf8')),
  );
  const code = sources.join('\n').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
  const used = definedIn(`${complete(code)}\nbegin F\n`.replace(code, ''));
  t.deepEqual(
    [...names].filter((name) => !used.has(name)),
    [],
  );
});
