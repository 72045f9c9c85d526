import test from 'ava';
import fc from 'fast-check';
import { simulate } from '../../src/sim/simulation.ts';
import { dr, inventoryOf } from '../support/inventories.ts';
import { habits, leastServing, printed, tablesLeadToOneAnother, twoTables } from '../support/tables.ts';

test('from any table to any other the difference leads exactly there', async (t) => {
  const sim = await simulate(inventoryOf(dr));
  t.teardown(() => sim.stop());
  await sim.shell('lb1', 'modprobe ip_vs');
  await t.notThrowsAsync(tablesLeadToOneAnother((text) => sim.shell('lb1', text), 25));
});

test('the stand-in has the habits of ipvsadm on a kernel', async (t) => {
  const sim = await simulate(inventoryOf(dr));
  t.teardown(() => sim.stop());
  t.deepEqual(printed(await sim.shell('lb1', habits.script)), habits.prints);
});

test('on the way from one table to another no service that has real servers before and after is ever without', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(twoTables, ([first, second]) =>
        first.every((before, index) => {
          const { least, atFirst, inTheEnd } = leastServing(before, second[index]!);
          return atFirst === 0 || inTheEnd === 0 || least > 0;
        }),
      ),
      { numRuns: 500 },
    ),
  );
});
