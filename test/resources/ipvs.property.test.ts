import test from 'ava';
import { simulate } from '../../src/sim/simulation.ts';
import { dr, inventoryOf } from '../support/inventories.ts';
import { habits, printed, tablesLeadToOneAnother } from '../support/tables.ts';

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
