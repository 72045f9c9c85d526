import { shownText } from '../../src/model/secret.ts';
import fc from 'fast-check';
import test from 'ava';
import { blockKind, type ObservedBlock, withBlock } from '../../src/resources/block.ts';
import type { Context } from '../../src/resources/kind.ts';
import { plainContext } from '../support/context.ts';

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

/** What a file holds after a change of ours; undefined where there is none. */
function after(
  content: string,
  there: string | undefined,
  more: Partial<Context<ObservedBlock>>,
): string | undefined {
  const found = seen(there);
  const [action] =
    blockKind.compare({ kind: 'block', path: '/etc/hosts', content }, found, { ...plainContext, ...more })
      .change?.actions ?? [];
  if (action === undefined) return there;
  return action.do === 'write' ? shownText(action.content) : undefined;
}

function seen(there: string | undefined): ObservedBlock {
  return {
    text: there,
    type: there === undefined ? '' : 'regular file',
    mode: '0644',
    owner: 'root',
    group: 'root',
  };
}

test('whatever the file held, or whether there was one: once our lines have gone it is as it was, byte for byte', (t) => {
  const theirs = text.filter((each) => !each.includes('# lvsform'));
  fc.assert(
    fc.property(fc.option(theirs, { nil: undefined }), (there) => {
      const with1 = after('ours 1\n', there, {});
      const with2 = after('ours 2\n', with1, { before: seen(there) });
      t.is(after('', with2, { retiring: true, before: seen(there) }), there);
    }),
  );
});
