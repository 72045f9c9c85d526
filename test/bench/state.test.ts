import test from 'ava';
import { differences, mustBeSame, type State } from '../../bench/state.ts';

const state = (table: string): State => new Map([['.sim/table', table]]);

test('both sides of a comparison end in the same state, or the bench says where not', (t) => {
  t.deepEqual(differences(state('a'), state('a')), []);
  t.deepEqual(differences(state('a'), new Map([...state('b'), ['etc/motd', '']])), [
    '.sim/table',
    'etc/motd',
  ]);
  t.notThrows(() => mustBeSame(new Map([['lb1', state('a')]]), new Map([['lb1', state('a')]])));
  t.throws(() => mustBeSame(new Map([['lb1', state('a')]]), new Map([['lb1', state('')]])), {
    message: /^lb1 is not the same on both sides:\n\.sim\/table: a \/ /,
  });
});
