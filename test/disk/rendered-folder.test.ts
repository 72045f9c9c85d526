import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { writeFolder } from '../../src/disk/rendered-folder.ts';
import { UserError } from '../../src/user-error.ts';

const document = (path: string, content = path): { path: string; content: string; mode: number } => ({
  path,
  content,
  mode: 0o644,
});

async function emptyFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-render-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

async function filesIn(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .toSorted();
}

const index = '.lvsform-rendered.json';

test('what an earlier render wrote goes with its empty directories; what others wrote or changed stays', async (t) => {
  const folder = await emptyFolder(t);
  await writeFile(join(folder, 'README'), 'theirs');
  await writeFolder(folder, [document('lb1/etc/a'), document('rs1/etc/b'), document('rs2/etc/c')]);
  await writeFile(join(folder, 'rs2/etc/c'), 'changed');
  const result = await writeFolder(folder, [document('lb1/etc/a', 'new')]);
  t.deepEqual(result, { removed: ['rs1/etc/b'], stay: ['rs2/etc/c'] });
  t.deepEqual(await filesIn(folder), [index, 'README', 'lb1/etc/a', 'rs2/etc/c']);
  t.false((await readdir(folder)).includes('rs1'));
  t.is(await readFile(join(folder, 'lb1/etc/a'), 'utf8'), 'new');
  t.deepEqual(await writeFolder(folder, [document('lb1/etc/a', 'new')]), { removed: [], stay: [] });
});

test('a file that no render wrote is not replaced: all of them are named, and nothing is written', async (t) => {
  const folder = await emptyFolder(t);
  await mkdir(join(folder, 'lb1/etc'), { recursive: true });
  for (const path of ['lb1/etc/a', 'lb1/etc/b', 'rs1']) await writeFile(join(folder, path), 'theirs');
  await mkdir(join(folder, 'rs2/etc/c'), { recursive: true });
  const wanted = ['lb0/etc/new', 'lb1/etc/a', 'lb1/etc/b', 'rs1/etc/b', 'rs1/etc/c', 'rs2/etc/c'];
  const files = await filesIn(folder);
  const error = await t.throwsAsync(
    writeFolder(
      folder,
      wanted.map((path) => document(path)),
    ),
    { instanceOf: UserError },
  );
  const foreign = ['lb1/etc/a', 'lb1/etc/b', 'rs1', 'rs2/etc/c'].map((path) => join(folder, path));
  t.is(
    error.message,
    `not written by lvsform, and in the way of its documents: ${foreign.join(', ')}; nothing was written`,
  );
  t.deepEqual(await filesIn(folder), files);
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  for (const name of many) await writeFile(join(folder, name), 'theirs');
  await t.throwsAsync(
    writeFolder(
      folder,
      many.map((path) => document(path)),
    ),
    { message: /e and 2 more; nothing was written$/ },
  );
});

test('a render that broke off left files of lvsform: the next one replaces them', async (t) => {
  const folder = await emptyFolder(t);
  const name = 'x'.repeat(300);
  await t.throwsAsync(writeFolder(folder, [document('lb1/etc/a'), document(name)]), { message: /too long/ });
  t.deepEqual(await filesIn(folder), [index, 'lb1/etc/a']);
  await writeFolder(folder, [document('lb1/etc/a', 'new')]);
  t.is(await readFile(join(folder, 'lb1/etc/a'), 'utf8'), 'new');
});

test('an index that is none, or that names what is not below the folder, removes nothing', async (t) => {
  const folder = await emptyFolder(t);
  const outside = await emptyFolder(t);
  await writeFile(join(outside, 'victim'), '');
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  for (const path of [
    join(outside, 'victim'),
    `../${outside.split('/').at(-1)}/victim`,
    'a/../../victim',
    '',
  ]) {
    await writeFile(join(folder, index), JSON.stringify({ version: 1, documents: { [path]: empty } }));
    t.deepEqual(await writeFolder(folder, []), { removed: [], stay: [] });
  }
  for (const text of ['', 'null', '[]', '{"version":2}', '{"version":1,"documents":[]}']) {
    await writeFile(join(folder, index), text);
    t.deepEqual(await writeFolder(folder, []), { removed: [], stay: [] });
  }
  t.deepEqual(await readdir(outside), ['victim']);
});
