import test from 'ava';
import fc from 'fast-check';
import { simulate } from '../../src/sim/simulation.ts';
import { dr, inventoryOf } from '../support/inventories.ts';
import { hostScript } from '../../src/shell/script.ts';
import { complete } from '../support/library.ts';
import { habits, leastServing, printed, tablesLeadToOneAnother, twoTables } from '../support/tables.ts';

test('from any table to any other the difference leads exactly there, and back where it is undone', async (t) => {
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

test('an edit that fails names the lines that the table does not show', async (t) => {
  const sim = await simulate(inventoryOf(dr));
  t.teardown(() => sim.stop());
  const edit = (words: string): string => `edit_table ${words} || echo "failed with $?"`;
  const lines = ["'-A -t 1.1.1.1:80 -s rr'", "'-e -t 1.1.1.1:80 -r 2.2.2.2:80 -g -w 1'"];
  const script = complete(
    hostScript('f', `modprobe ip_vs\n${edit(lines.join(' '))}\nipvsadm -Sn\nipvsadm -C`),
  );
  t.deepEqual(
    printed(await sim.shell('lb1', script))
      .filter(Boolean)
      .slice(0, -1),
    [
      'No such destination',
      'failed: -e -t 1.1.1.1:80 -r 2.2.2.2:80 -g -w 1',
      'failed with 1',
      '-A -t 1.1.1.1:80 -s rr',
    ],
  );
});
