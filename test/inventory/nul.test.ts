import test from 'ava';
import { load } from 'js-yaml';
import { readInventory } from '../../src/inventory/read.ts';
import { dr } from '../support/inventories.ts';

type Json = Record<string, unknown>;

const rich = `${dr.replace(', scheduler: wlc }', ', scheduler: wlc, check: { path: /up, expect: alive } }')}
    health: { engine: ldirectord, alert: ops@example.org }
`;

/** Every text and every key of a value, each in its turn with a NUL in it. */
function* poisoned(value: unknown): Generator {
  if (typeof value === 'string') yield `${value}\0`;
  if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) for (const bad of poisoned(each)) yield value.with(at, bad);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      for (const bad of poisoned(each)) yield { ...(value as Json), [key]: bad };
      const { [key]: _, ...rest } = value as Json;
      yield { ...rest, [`${key}\0`]: each };
    }
  }
}

test('a NUL in any text or key of an inventory is a problem with its place, and nothing worse', (t) => {
  let count = 0;
  for (const bad of poisoned(load(rich))) {
    const { inventory, problems } = readInventory([{ name: 'inventory.yaml', text: JSON.stringify(bad) }]);
    t.is(inventory, undefined);
    t.deepEqual(
      problems.filter(({ rule }) => rule === 'LVS005').map(({ hint }) => hint),
      ['write it in one line, with visible characters only'],
    );
    t.false(problems.some(({ rule, message }) => rule === 'LVS005' && message.includes('\0')));
    count += 1;
  }
  t.true(count >= 30, String(count));
});
