import fc from 'fast-check';
import test from 'ava';
import { withBlock } from '../../src/resources/block.ts';

const mark = '# lvsform begin: these lines are kept by lvsform\n';
const text = fc
  .array(fc.constantFrom('127.0.0.1 localhost\n', '# comment\n', '\n', mark, '# lvsform end\n', 'no newline'))
  .map((parts) => parts.join(''));
const lines = (body: string): string[] =>
  body.split('\n').filter((line) => line !== '' && !line.startsWith('# lvsform'));

test('putting a block in twice is putting it in once, and every other line stays', (t) => {
  fc.assert(
    fc.property(text, (before) => {
      const once = withBlock(before, 'ours 1\nours 2\n');
      t.is(withBlock(once, 'ours 1\nours 2\n'), once);
      t.deepEqual(
        lines(once).filter((line) => !line.startsWith('ours')),
        lines(withBlock(once, '')),
      );
    }),
  );
});

test('a file without our marks comes back as it was', (t) => {
  for (const before of ['', 'a\n', 'a\n\nb\n']) t.is(withBlock(withBlock(before, 'ours\n'), ''), before);
  t.is(withBlock('a\n', ''), 'a\n');
});

test('a beginning that lost its end takes no other lines along', (t) => {
  const broken = `a\n${mark}b\n`;
  const mended = withBlock(broken, 'ours\n');
  t.is(mended, `a\n${mark}b\n${mark}ours\n# lvsform end\n`);
  t.is(withBlock(mended, 'other\n'), `a\n${mark}b\n${mark}other\n# lvsform end\n`);
  t.is(withBlock(mended, ''), broken);
});
