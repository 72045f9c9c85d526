import fc from 'fast-check';
import test from 'ava';
import { inTime } from '../../src/apply/waiting.ts';
import { drainWait } from '../../src/resources/drain-wait.ts';
import type { RunAction, Stage } from '../../src/resources/kind.ts';
import { change } from '../support/changes.ts';
import { readyState } from '../support/plans.ts';

const leaver = '10.0.0.8:80 TCP 10.0.0.100:80';

/** The wait that is left of one of 60 s. */
function rest(waitsFrom: Stage | undefined, ended: readonly (readonly [Stage, number])[]): unknown[] {
  const wait = drainWait('retire', 'drain', { timeout: 60, connections: 3 }, leaver);
  const action = waitsFrom === undefined ? wait : { ...wait, waitsFrom };
  const ready = readyState({ changes: [change('virtual-service:x', 'change', action)] });
  const [found] = inTime(ready, new Map(ended)).changes[0]!.actions as RunAction[];
  return [found!.waits, ...found!.commands.flat()];
}

test('what an earlier part began has been running since that part ended', (t) => {
  t.deepEqual(rest('prepare', [['prepare', 40.9]]), [20, 'drained', `20 3 ${leaver}`]);
  t.deepEqual(rest('prepare', [['prepare', 60]]), [0, 'drained', `0 3 ${leaver}`]);
  t.deepEqual(rest('prepare', [['prepare', 4000]]), [0, 'drained', `0 3 ${leaver}`]);
});

test('what begins now, or was begun by another run, has its whole time', (t) => {
  const whole = [60, 'drained', `60 3 ${leaver}`];
  t.deepEqual(rest(undefined, [['prepare', 40]]), whole);
  t.deepEqual(rest('prepare', []), whole);
  t.deepEqual(rest('prepare', [['retire', 40]]), whole);
  t.deepEqual(rest('prepare', [['prepare', -100]]), whole, 'the clock was set back');
});

test('no wait ends before its deadline, nor more than a second after it', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (passed) => {
      const [seconds] = rest('prepare', [['prepare', passed]]) as [number];
      const end = passed + seconds;
      return passed >= 60 ? seconds === 0 : end >= 60 && end < 61;
    }),
  );
  t.pass();
});
