import test from 'ava';
import { readInventory } from '../../src/inventory/read.ts';
import { dr, inventoryOf, second } from '../support/inventories.ts';

const pair = dr.replace('172.16.100.2/24', '172.16.100.2/24\n      lb2: 172.16.100.3');
const two =
  pair +
  second(pair)
    .replaceAll(/(lb|rs)([12])/g, (_, kind, number) => `${kind}${Number(number) + 2}`)
    .replaceAll(/172\.16\.100\.([2378])/g, '172.16.100.1$1');
const withDefaults = (text: string, defaults: string): string =>
  text.replace('name: test\n', `name: test\ndefaults: { ${defaults} }\n`);
const inFirst = (settings: string): string =>
  two.replace('    mode: dr\n', `    mode: dr\n    ${settings}\n`);

/** What clusters share as defaults, what the first one has itself, and what that one is then the same as. */
const cases: readonly [what: string, defaults: string, own: string, whole: string][] = [
  [
    'key by key',
    'health: { engine: keepalived, interval: 7, tries: 4 }',
    'health: { tries: 9 }',
    'health: { engine: keepalived, interval: 7, tries: 9 }',
  ],
  [
    'a value is replaced as a whole',
    'health: { engine: keepalived, check: { kind: http, request: /a } }',
    'health: { check: tcp }',
    'health: { engine: keepalived, check: tcp }',
  ],
  [
    'another engine takes nothing',
    'health: { engine: keepalived, interval: 7 }',
    'health: { engine: monitor }',
    'health: { engine: monitor }',
  ],
  [
    'no engine',
    'failover: { engine: keepalived, interval: 2 }',
    'failover: { engine: none }',
    'failover: { engine: none }',
  ],
  [
    'failover',
    'failover: { engine: keepalived, interval: 2 }',
    'failover: { id: 60, interval: 2 }',
    'failover: { engine: keepalived, id: 60, interval: 2 }',
  ],
  [
    'drain',
    'drain: { timeout: 9, connections: 3 }',
    'drain: { timeout: 1 }',
    'drain: { timeout: 1, connections: 3 }',
  ],
  [
    'time with another engine',
    'time: { servers: [ntp.example.org], from_directors: true }',
    'time: { engine: ntpd }',
    'time: { engine: ntpd, servers: [ntp.example.org], from_directors: true }',
  ],
];

for (const [what, defaults, own, whole] of cases) {
  test(`defaults of clusters: ${what}`, (t) => {
    const short = inventoryOf(withDefaults(inFirst(own), defaults)).clusters;
    const long = inventoryOf(
      inFirst(whole).replace('  two:\n    mode: dr\n', `  two:\n    mode: dr\n    ${defaults}\n`),
    ).clusters;
    t.deepEqual(short, long);
  });
}

test('a mistake in a default is told once, where it is written', (t) => {
  const { problems } = readInventory([
    {
      name: 'x.yaml',
      text: withDefaults(two, 'health: { engine: keepalived, check: mysql }, time: { engine: ntpd }'),
    },
  ]);
  t.deepEqual(
    problems.map(({ rule, place }) => `${rule} ${place.line}:${place.column}`),
    ['LVS074 2:50', 'LVS058 2:59'],
  );
});
