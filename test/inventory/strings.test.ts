import test from 'ava';
import { readInventory } from '../../src/inventory/read.ts';
import { dr } from '../support/inventories.ts';

const read = (text: string) => readInventory([{ name: 'x.yaml', text }]);
const told = (text: string): string[] =>
  read(text)
    .problems.filter(({ rule }) => rule === 'LVS005')
    .map(({ message, place }) => `${place.line}:${place.column} ${message}`);

const characters: readonly [escape: string, code: string][] = [
  ['\\0', 'U+0000'],
  ['\\n', 'U+000A'],
  ['\\t', 'U+0009'],
  ['\\r', 'U+000D'],
  ['\\e', 'U+001B'],
  ['\\x7f', 'U+007F'],
  ['\\x9b', 'U+009B'],
  ['\\u202e', 'U+202E'],
  ['\\u200b', 'U+200B'],
  ['\\u2028', 'U+2028'],
  ['\\uFEFF', 'U+FEFF'],
];

for (const [escape, code] of characters) {
  test(`${code} in a value, a key, a check and a directive`, (t) => {
    const check = (value: string): string =>
      dr.replace('wlc }', `wlc, check: { kind: script, run: "${value}" } }`);
    const directives = `health: { engine: keepalived, directives: { global: ["a${escape}b"] } }`;
    const inDirective = told(dr.replace('    services:', `    ${directives}\n    services:`));
    t.deepEqual(told(dr.replace('wlc', `"wl${escape}c"`)), [
      `12:32 clusters.web.services.0.scheduler has the character ${code}, which is invisible`,
    ]);
    t.is(told(check(`/bin/a${escape}b`)).length, 1);
    t.is(told(dr.replace('rs2:', `"rs${escape}2":`)).length, 1);
    t.is(inDirective.length, code === 'U+0009' ? 0 : 1);
    t.is(read(check(`/bin/a${escape}b`)).inventory, undefined);
  });
}

test('vars may have several lines and any length, and nothing else that cannot be seen', (t) => {
  const vars = (value: string): string => dr.replace('weight: 2', `vars: { motd: "${value}" }`);
  t.deepEqual(told(vars('a\\n\\tb')), []);
  t.deepEqual(told(vars('a'.repeat(5000))), []);
  t.is(told(vars('a\\eb')).length, 1);
  t.is(told(dr.replace('rs2:', 'vars:')).length, 0);
});

test('a text without an end, one that looks like a secret’s place, and one that has itself in it', (t) => {
  t.regex(told(dr.replace('wlc', 'w'.repeat(1001))).join(), /has 1001 characters/);
  t.regex(told(dr.replace('wlc', '"@@secret:web/failover@@"')).join(), /has the mark of a secret/);
  const endless = dr.replace('weight: 2', 'vars: &v { self: *v }');
  t.regex(told(endless).join(), /is an alias of something that contains it/);
  t.is(read(endless).inventory, undefined);
  // Aliases of aliases are walked once, however many they stand for.
  const many = Array.from({ length: 30 }, (_, n) => `  a${n + 1}: &a${n + 1} { x: *a${n}, y: *a${n} }`);
  t.deepEqual(told(`${dr}x:\n  a0: &a0 { z: 1 }\n${many.join('\n')}\n`), []);
});
