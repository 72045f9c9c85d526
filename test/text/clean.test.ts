import fc from 'fast-check';
import test from 'ava';
import { clean } from '../../src/text/clean.ts';
import { Secret } from '../../src/model/secret.ts';
import { inspect } from 'node:util';

test('what a host prints cannot move the cursor, rename the window, or hide text', (t) => {
  t.is(clean('\x1b[31mred\x1b[0m'), 'red');
  t.is(clean('\x1b]0;title\x07text'), 'text');
  t.is(clean('a\rb\x08c\x7f\x9b31md'), 'abc31md');
  t.is(clean('left\u202Eright'), 'leftright');
  t.is(clean('tab\tand\nnewline'), 'tab\tand\nnewline');
  t.is(clean('x'.repeat(50), 10), `${'x'.repeat(10)}\n... (40 more characters)`);
});

test('no control character is left, whatever the text', (t) => {
  const control = (code: number): boolean =>
    (code < 32 && code !== 9 && code !== 10) || (code > 126 && code < 160);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) =>
      Array.from(clean(text), (letter) => letter.codePointAt(0)!).every((code) => !control(code)),
    ),
  );
  t.pass();
});

test('a secret cannot be printed', (t) => {
  const secret = new Secret('hunter2');
  for (const shown of [
    String(secret),
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
    secret.toString(),
  ]) {
    t.notRegex(shown, /hunter2/);
  }
  t.is(secret.reveal(), 'hunter2');
});
