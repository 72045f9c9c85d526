import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { writeWhole } from '../../src/disk/documents.ts';
import { readText } from '../../src/disk/text.ts';
import { UserError } from '../../src/report/user-error.ts';
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
    ['a\0b', /its path holds a NUL character/],
  ] as const) {
    await t.throwsAsync(readText(path, 'the plan'), { instanceOf: UserError, message: says });
  }
});
