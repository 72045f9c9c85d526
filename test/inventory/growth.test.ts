import test from 'ava';
import { obstacles } from '../../src/inventory/build.ts';
import { rules } from '../../src/inventory/rules/index.ts';
import { checkShape } from '../../src/inventory/check-shape.ts';
import { readSources } from '../../src/inventory/sources.ts';
import { counted, growth, linear } from '../support/counted.ts';
import { inventoryOf } from '../support/inventories.ts';

const clusters = (size: number, more: (at: number) => string): string =>
  `name: test\nclusters:\n${Array.from(
    { length: size },
    (_, at) => `  c${at}:
    mode: dr
    vip: 10.64.0.${at + 1}
    directors: { lb${at}: 10.0.${at}.1/8, lbb${at}: 10.0.${at}.2 }
    real_servers: { rs${at}: 10.0.${at}.3, rt${at}: 10.0.${at}.4 }
${more(at)}`,
  ).join('')}`;

const shapes: readonly (readonly [title: string, text: (size: number) => string])[] = [
  ['clusters', (size) => clusters(size, () => '    services: [{ port: 80 }]\n')],
  [
    'clusters with marks, failover and a sync group each two',
    (size) =>
      clusters(
        size,
        (at) => `    services: [{ mark: ${at + 1}, ports: [80, 443], persistence: 60 }]
    failover: { engine: keepalived, id: ${at + 1}, key: generated }
`,
      ),
  ],
  [
    'real servers',
    (size) => `name: test
clusters:
  web:
    mode: dr
    vip: 10.64.0.1
    directors: { lb: 10.0.0.1/8 }
    real_servers: { ${Array.from({ length: 4 * size }, (_, at) => `rs${at}: 10.1.${Math.floor(at / 200)}.${1 + (at % 200)}`).join(', ')} }
    services: [{ port: 80 }, { port: 443, real_servers: { ${Array.from({ length: 4 * size }, (_, at) => `rs${at}: 2`).join(', ')} } }]
`,
  ],
];

/** How many properties each rule reads, by its id. */
function readsOf(text: string): Map<string, number> {
  const checked = checkShape(readSources([{ name: 'inventory.yaml', text }]).value);
  if ('mistakes' in checked) throw new Error(JSON.stringify(checked.mistakes[0]));
  const { value, reads } = counted({ inventory: inventoryOf(text), shape: checked.shape });
  return new Map(
    rules.map(({ id, check }) => {
      const before = reads();
      check(value.inventory, value.shape);
      return [id, reads() - before];
    }),
  );
}

for (const [title, textOf] of shapes) {
  test(`each rule takes time in proportion to the inventory: ${title}`, (t) => {
    const [once, twice] = [readsOf(textOf(25)), readsOf(textOf(50))];
    for (const { id } of rules) {
      const factor = twice.get(id)! / once.get(id)!;
      t.true(factor < linear, `${id}: twice as much is ${factor.toFixed(2)} times the work`);
    }
  });

  test(`what is built to find conflicts is in proportion, too: ${title}`, async (t) => {
    const factor = await growth((size) => {
      const { value, reads } = counted(inventoryOf(textOf(size)));
      obstacles(value, () => '');
      return reads();
    }, 20);
    t.true(factor < linear, `twice as much is ${factor.toFixed(2)} times the work`);
  });
}
