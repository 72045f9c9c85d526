import test from 'ava';
import { orUnusable } from '../../src/plan/see.ts';

const rows: readonly (readonly [error: unknown, message: RegExp])[] = [
  [new Error('no number: x'), /^its answer makes no sense to lvsform: no number: x$/],
  ['a word', /^its answer makes no sense to lvsform: a word$/],
  [new SyntaxError('Unexpected token'), /^its answer makes no sense to lvsform: Unexpected token$/],
  [
    new TypeError('x is undefined'),
    /^lvsform failed on what it answered, which is a bug of lvsform.*: x is undefined \(at .*see\.test/,
  ],
  [new RangeError('Maximum call stack size exceeded'), /^lvsform failed on what it answered/],
];

for (const [error, message] of rows) {
  test(`what a host answered and what lvsform does wrong are told apart: ${String(error)}`, (t) => {
    t.throws(
      () =>
        orUnusable(() => {
          throw error;
        }),
      { name: 'UnusableAnswer', message },
    );
  });
}
