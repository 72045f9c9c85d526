import test from 'ava';
import { cpuIn } from '../../bench/process.ts';
import { median, ratio, ratios, seconds, spread } from '../../bench/statistics.ts';

test('the median is the middle run, or the mean of the two in the middle', (t) => {
  t.is(median([3, 1, 2]), 2);
  t.is(median([4, 1, 3, 2]), 2.5);
  t.is(median([7]), 7);
  t.throws(() => median([]), { message: 'no run was counted' });
});

test('a ratio is of two neighbours: a machine that becomes slower slows both', (t) => {
  t.deepEqual(ratios([2, 20, 40], [1, 10, 10]), { min: 2, median: 2, max: 4 });
  t.throws(() => ratios([1], [1, 2]), { message: 'runs that are no pairs' });
});

test('figures are shown in their units', (t) => {
  t.deepEqual([0.0944, 4.0234, 152.86].map(seconds), ['94 ms', '4.02 s', '153 s']);
  t.is(ratio(spread([1.31, 1.45, 1.38])), '1.38 (1.31 to 1.45)');
  t.is(ratio(spread([2])), '2.00');
});

test('the CPU of a process is what the shell that waited for it says of its children', (t) => {
  t.is(cpuIn('0m0.00s 0m0.00s\n1m2.50s 0m0.25s\n'), 62.75);
  t.is(cpuIn('0m0.000s 0m0.000s\n0m0.010s 0m0.020s\n'), 0.03);
  t.is(cpuIn(''), 0);
});
