import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import test from 'ava';
import { line, path, quote } from '../../src/shell/quote.ts';

test('every word comes out of the shell as it went in, in dash and in bash', (t) => {
  const word = fc
    .string({ unit: 'binary', maxLength: 30 })
    .filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text);
  for (const shell of ['dash', 'bash']) {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const said = execFileSync(shell, ['-c', line(['printf', '%s\\0', ...words])], { encoding: 'utf8' });
        return said === words.map((each) => `${each}\0`).join('');
      }),
      { numRuns: 60 },
    );
  }
  t.pass();
});

test('a NUL byte is refused, since no shell word can hold one', (t) => {
  t.throws(() => quote('a\0b'), { instanceOf: TypeError });
});

test('paths are seen from the host’s root', (t) => {
  t.is(path('/etc/hosts'), 'etc/hosts');
  t.is(path('/etc/a file'), `'etc/a file'`);
  t.is(path('/'), '.');
});
