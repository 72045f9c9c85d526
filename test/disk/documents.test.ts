import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { checkOverwrite, checkPlace, writeWhole } from '../../src/disk/documents.ts';
import { readText } from '../../src/disk/text.ts';
import { UserError } from '../../src/user-error.ts';
import { folder } from '../support/cli.ts';

test('what cannot be written says why, ends, and leaves nothing behind', async (t) => {
  const at = await folder(t, { file: 'old' });
  await mkdir(join(at, 'directory'));
  for (const [path, says] of [
    [join(at, 'file/below/it'), /not a directory/],
    [join(at, 'directory'), /cannot write .*directory: is a directory/],
    // Node's own way of making folders never ends here.
    ['/proc/none/below', /cannot make the directory \/proc\/none: no such file or directory/],
    ['/proc/self/mem', /cannot write \/proc\/self\/mem/],
    ['/dev/full', /cannot write \/dev\/full: no space left on device/],
  ] as const) {
    await t.throwsAsync(writeWhole(path, 'text'), { instanceOf: UserError, message: says });
  }
  t.true((await stat('/dev/full')).isCharacterDevice());
  t.deepEqual((await readdir(at)).toSorted(), ['directory', 'file']);
});

test('a place for output is refused before the work: no parent, a file above it, the wrong kind', async (t) => {
  const at = await folder(t, { file: 'old' });
  for (const [path, kind, says, hint] of [
    [
      join(at, 'none/x'),
      'file',
      /cannot write .*x: there is no directory .*none$/,
      /^make it with: mkdir -p .*none$/,
    ],
    [join(at, 'file/x'), 'directory', /cannot write .*x: not a directory: .*file$/, /name another place/],
    [at, 'file', /is a directory$/, /name a file in it/],
    [join(at, 'file'), 'directory', /cannot write below .*file: is not a directory$/, /name a directory/],
  ] as const) {
    const error = await t.throwsAsync(checkPlace(path, kind), { instanceOf: UserError, message: says });
    t.regex(error.hint ?? '', hint);
  }
  await checkPlace(join(at, 'file'), 'file');
  await checkPlace(join(at, 'new'), 'file');
  await checkPlace(join(at, 'new'), 'directory');
  t.deepEqual(await readdir(at), ['file']);
});

test('a file that is not of lvsform is not overwritten; an empty one, a device and one of lvsform are', async (t) => {
  const at = await folder(t, { theirs: 'old', ours: 'ours', empty: '' });
  const check = (path: string): Promise<void> =>
    checkOverwrite(path, 'ours', (text) => text === 'ours', 'name another');
  await symlink('theirs', join(at, 'link'));
  for (const name of ['theirs', 'link']) {
    const error = await t.throwsAsync(check(join(at, name)), { instanceOf: UserError });
    t.is(error.message, `${join(at, name)} is not ours; it was not overwritten`);
    t.is(error.hint, 'name another');
  }
  for (const path of [...['ours', 'empty', 'none'].map((name) => join(at, name)), '/dev/null', at])
    await t.notThrowsAsync(check(path));
});

test('a link stays a link, and what it leads to is written whole, with its folders and mode', async (t) => {
  const at = await folder(t, { real: 'old' });
  await chmod(join(at, 'real'), 0o644);
  await symlink('real', join(at, 'link'));
  await writeWhole(join(at, 'link'), 'new', 0o600);
  t.is(await readFile(join(at, 'real'), 'utf8'), 'new');
  t.is((await stat(join(at, 'real'))).mode & 0o777, 0o600);
  await writeWhole(join(at, 'a/b/c'), 'deep');
  t.is(await readFile(join(at, 'a/b/c'), 'utf8'), 'deep');
});

test('what cannot be read says why: a device that never ends, a directory, memory', async (t) => {
  const at = await folder(t);
  await writeFile(join(at, 'file'), 'text');
  t.is(await readText(join(at, 'file'), 'the plan'), 'text');
  for (const [path, says] of [
    ['/dev/zero', /cannot read the plan \/dev\/zero: it is larger than 256 MiB/],
    [at, /cannot read the plan .*: illegal operation on a directory/],
    ['/proc/self/mem', /cannot read the plan \/proc\/self\/mem: /],
    [join(at, 'none'), /no such file or directory/],
    ['a\0b', /its path contains a NUL character/],
  ] as const) {
    await t.throwsAsync(readText(path, 'the plan'), { instanceOf: UserError, message: says });
  }
});
