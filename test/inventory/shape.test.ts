import fc from 'fast-check';
import test from 'ava';
import { checkShape } from '../../src/inventory/check-shape.ts';
import { readInventory } from '../../src/inventory/read.ts';
import { editorJsonSchema } from '../../src/inventory/shape.ts';
import { addressPattern, cidrPattern, isMulticast, multicastPattern } from '../../src/net/address.ts';
import { put, type Schema, wholeSchema } from '../support/choices.ts';
import { dr as unnamed, named } from '../support/inventories.ts';

const dr = named(unnamed);
const problemsOf = (text: string): string[] =>
  readInventory([{ name: 'x.yaml', text }]).problems.map(
    ({ rule, place, message, hint }) => `${rule} ${place.line}:${place.column} ${message}; ${hint}`,
  );

/** What is written wrongly, and all that is said about it. */
const cases: readonly [from: string, to: string, said: string[]][] = [
  ['vip: 172', 'vipp: 172', ['LVS001 5:5 unknown key vipp in clusters.web; did you mean vip?']],
  [
    'weight: 2',
    'wieght: 2',
    ['LVS001 9:37 unknown key wieght in clusters.web.real_servers.rs1; did you mean weight?'],
  ],
  ['mode: dr', 'mode: drr', ['LVS001 4:11 clusters.web.mode is the string "drr"; did you mean dr?']],
  ['    mode: dr\n', '', ['LVS001 3:3 clusters.web.mode is nothing; known: dr, nat, tun, fullnat']],
  ['mode: dr', 'mode:', ['LVS001 4:5 clusters.web.mode is nothing; known: dr, nat, tun, fullnat']],
  ['rs2: 172.16.100.8', 'rs2:', ['LVS001 10:7 clusters.web.real_servers.rs2 is nothing; expected text']],
  [
    'scheduler: wlc',
    'scheduler: ',
    ['LVS001 12:21 clusters.web.services.0.scheduler is nothing; expected text'],
  ],
  [
    '- { port: 80',
    '-\n      - { port: 80',
    ['LVS001 12:7 clusters.web.services.0 is nothing; expected a mapping'],
  ],
  [
    'port: 80',
    'port: 80000',
    ['LVS001 12:17 clusters.web.services.0.port is the number 80000; expected a number from 0 to 65535'],
  ],
  [
    'port: 80',
    'port: http',
    ['LVS001 12:17 clusters.web.services.0.port is the string "http"; expected a number from 0 to 65535'],
  ],
  [
    '172.16.100.8',
    '172.16.100.800',
    [
      'LVS001 10:12 clusters.web.real_servers.rs2 is the string "172.16.100.800"; expected an address, with or without a prefix (10.0.0.1/24)',
    ],
  ],
  [
    '172.16.100.8',
    '8',
    ['LVS001 10:12 clusters.web.real_servers.rs2 is the number 8; expected text; write it in quotes'],
  ],
  ['address: 172.16.100.7, ', '', ['LVS001 9:7 clusters.web.real_servers.rs1 lacks address; add it: text']],
  [
    'wlc }',
    'wlc, scheduler: rr }',
    ['LVS000 12:37 scheduler is written twice; the first is in line 12; keep one of the two'],
  ],
  ['rs2:', 'rs1:', ['LVS000 10:7 rs1 is written twice; the first is in line 9; keep one of the two']],
  [
    'wlc }',
    '!foo wlc }',
    ['LVS000 12:32 the tag !foo is not known; leave it out; a text that begins with ! needs quotes'],
  ],
  ['    vip', '\tvip', ['LVS000 5:1 the line begins with a tab; indent it with spaces']],
  [
    '      rs2',
    '     rs2',
    [
      'LVS000 10:6 this does not fit the lines above; indent it as its neighbours, write a space after each colon and dash, and quotes around a text with a colon',
    ],
  ],
  ['wlc }', 'wlc', ['LVS000 13:1 a bracket, a brace or a quotation mark above is not closed; close it']],
  [
    'wlc }',
    '*wlc }',
    [
      'LVS000 12:33 there is no anchor &wlc; write &wlc where it is to be; a text that begins with * needs quotes',
    ],
  ],
  [
    'port: 80',
    'port: -1',
    ['LVS001 12:17 clusters.web.services.0.port is the number -1; expected a number from 0 to 65535'],
  ],
  [
    'port: 80',
    'mark: 1, ports: []',
    ['LVS001 12:20 clusters.web.services.0.ports is a list; expected at least 1 entry'],
  ],
  [
    'wlc }',
    'wlc, persistence: 0 }',
    ['LVS001 12:50 clusters.web.services.0.persistence is the number 0; expected a number from 1 to 2678400'],
  ],
  [
    '    services',
    '    drain: { connections: -1 }\n    services',
    ['LVS001 11:27 clusters.web.drain.connections is the number -1; expected at least 0'],
  ],
  [
    'wlc }',
    'wlc, check: { kind: htp } }',
    ['LVS001 12:52 clusters.web.services.0.check.kind is the string "htp"; did you mean http?'],
  ],
  [
    'wlc }',
    'wlc, check: { kind: http, port: 0, tries: x } }',
    [
      'LVS001 12:64 clusters.web.services.0.check.port is the number 0; expected a number from 1 to 65535',
      'LVS001 12:74 clusters.web.services.0.check.tries is the string "x"; expected a number from 1 to 100',
    ],
  ],
  [
    'wlc }',
    'wlc, check: htp }',
    ['LVS001 12:44 clusters.web.services.0.check is the string "htp"; did you mean http?'],
  ],
  [
    'weight: 2',
    'tunnel: { type: gue, port: 0 }',
    [
      'LVS001 9:64 clusters.web.real_servers.rs1.tunnel.port is the number 0; expected a number from 1 to 65535',
    ],
  ],
  [
    '    services',
    '    failover: { engine: pacemaker, corosync: 4 }\n    services',
    ['LVS001 11:46 clusters.web.failover.corosync is the number 4; known: 1, 2, 3'],
  ],
  [
    'rs2:',
    `${'r'.repeat(300)}:`,
    [`LVS001 10:7 clusters.web.real_servers.${'r'.repeat(300)}: expected at most 200 characters; rename it`],
  ],
];

for (const [from, to, said] of cases) {
  test(`${from} written as ${to}`, (t) => {
    const text = dr.replace(from, to);
    t.not(text, dr);
    t.deepEqual(problemsOf(text), said);
  });
}

test('an empty file says so, whatever its comments are', (t) => {
  for (const text of ['', '\n', '# nothing\n', '---\n', 'null'])
    t.deepEqual(
      problemsOf(text),
      ['LVS000 1:1 the file is empty; make an inventory with: lvsform init'],
      text,
    );
});

test('an empty file, a list and a scalar are no inventories', (t) => {
  for (const text of ['', '# nothing', '- a', 'a', '42']) t.true(problemsOf(text).length > 0, text);
});

test('several files complete one another, and the same thing twice is a problem at its place', (t) => {
  const files = [
    { name: 'a.yaml', text: 'groups: { big: { weight: 9 } }\n' },
    { name: 'b.yaml', text: dr.replace('weight: 2', 'groups: [big]') },
  ];
  const { inventory } = readInventory(files);
  t.is(inventory?.clusters[0]?.realServers[0]?.weight, 9);
  const twice = readInventory([...files, { name: 'c.yaml', text: 'clusters:\n  web:\n    mode: nat\n' }]);
  t.deepEqual(
    twice.problems.map(({ message, place }) => `${place.file}:${place.line} ${message}`),
    ['c.yaml:3 clusters.web.mode is written in two files; the other is at b.yaml:4:5'],
  );
});

test('two inventories in one directory: one problem for each part that both have, with both places', (t) => {
  const files = ['a.yaml', 'b.yaml'].map((name) => ({ name, text: dr }));
  t.deepEqual(
    readInventory(files).problems.map(({ message, place, also }) => [
      message.replace(/ \(.*?\)/, ''),
      place.file,
      also?.file,
    ]),
    [
      ['name is written in two files; the other is at a.yaml:1:1', 'b.yaml', 'a.yaml'],
      ['clusters.web is written in two files; the other is at a.yaml:3:3', 'b.yaml', 'a.yaml'],
    ],
  );
});

test('the text of a file that is no inventory is not printed', (t) => {
  const [problem] = readInventory([{ name: 'passwd', text: 'root:x:0:0:secret\nbin:x:1:1' }]).problems;
  t.is(problem?.message, 'an inventory is a mapping with a key clusters, not plain text');
});

test('anchors and merge keys are followed, by values and by places', (t) => {
  const text = dr
    .replace('clusters:', 'groups:\n  x: &x { weight: 7, gatewayy: keep }\nclusters:')
    .replace('{ address: 172.16.100.7, weight: 2 }', '{ <<: *x, address: 172.16.100.7 }');
  t.deepEqual(problemsOf(text), [
    'LVS001 3:22 unknown key gatewayy in groups.x; did you mean gateway?',
    'LVS001 3:22 unknown key gatewayy in clusters.web.real_servers.rs1; did you mean gateway?',
  ]);
});

test('settings: defaults, cluster, groups in their order, host; ssh and vars key by key', (t) => {
  const text = `
defaults: { weight: 2, interface: e0, ssh: { user: a, port: 1 }, vars: { a: 1, b: 1 } }
groups:
  g: { weight: 4, ssh: { port: 3 }, vars: { b: 3 } }
  h: { weight: 5 }
${dr.replace('mode: dr', 'mode: dr\n    defaults: { weight: 3, interface: e1, ssh: { port: 2 } }').replace('weight: 2', 'groups: [g, h], ssh: { user: z }')}`;
  const { inventory, problems } = readInventory([{ name: 'x.yaml', text }]);
  t.deepEqual(problems, []);
  const [rs1, rs2] = inventory!.clusters[0]!.realServers;
  t.like(rs1, { weight: 5, interface: 'e1', vars: { a: 1, b: 3 }, ssh: { user: 'z', port: 3 } });
  t.like(rs2, { weight: 3, interface: 'e1', ssh: { user: 'a', port: 2 } });
});

test('whatever the bytes are, an answer comes', (t) => {
  const mutated = fc
    .tuple(fc.nat(dr.length), fc.nat(12), fc.string({ unit: 'binary', maxLength: 12 }))
    .map(([at, length, insert]) => dr.slice(0, at) + insert + dr.slice(at + length));
  const yamlish = fc
    .array(
      fc.constantFrom(
        'a',
        ':',
        ' ',
        '\n',
        '- ',
        '&x ',
        '*x',
        '<<',
        '{',
        '}',
        '[',
        ']',
        '"',
        '|',
        '>',
        '!',
        '#',
        '~',
        '\t',
        '0',
        '? ',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));
  const values = fc.jsonValue().map((value) => `clusters: ${JSON.stringify(value)}`);
  fc.assert(
    fc.property(fc.oneof(mutated, yamlish, values, fc.string({ unit: 'binary' })), (text) => {
      const { inventory, problems } = readInventory([{ name: 'x.yaml', text }]);
      return inventory !== undefined || problems.some(({ severity }) => severity === 'error');
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

test('what hides in JavaScript does not pass', (t) => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    t.true(problemsOf(`${key}: 1\n${dr}`).length > 0, key);
    t.is(({} as Record<string, unknown>)['weight'], undefined);
    const reading = readInventory([{ name: 'x.yaml', text: dr.replace('rs2:', `${key}:`) }]);
    t.true(reading.problems.every(({ place }) => place.line > 0));
  }
  const deep = `a: ${'['.repeat(5000)}`;
  t.true(problemsOf(deep).length > 0);
});

/** The places of the shape that take a word, a number or a list, or instead of it a mapping. */
function unions(schema: Schema, path: (string | number)[] = []): (string | number)[][] {
  const all = schema.anyOf ?? [schema];
  const own = all.length > 1 && all.some(({ properties }) => properties !== undefined) ? [path] : [];
  return [
    ...own,
    ...all.flatMap(({ properties = {}, additionalProperties, items }) => [
      ...Object.entries(properties).flatMap(([key, each]) => unions(each, [...path, key])),
      ...(typeof additionalProperties === 'object' ? unions(additionalProperties, [...path, 'x']) : []),
      ...(items === undefined ? [] : unions(items, [...path, 0])),
    ]),
  ];
}

test('a mapping in the place of a short form: its own mistakes are reported, at their places', (t) => {
  const places = unions(wholeSchema);
  t.true(places.length > 20);
  for (const path of places) {
    const checked = checkShape(put({}, path, { nonsense: 1 }));
    const messages = 'mistakes' in checked ? checked.mistakes.map(({ message }) => message) : [];
    t.true(
      messages.includes(`unknown key nonsense in ${path.join('.')}`),
      `${path.join('.')}: ${messages.join('; ')}`,
    );
  }
});

test('editors check addresses and schedulers as validate does', (t) => {
  const text = JSON.stringify(editorJsonSchema());
  for (const each of ['"enum":["rr","wrr"', addressPattern, cidrPattern, multicastPattern])
    t.true(text.includes(each.startsWith('"') ? each : JSON.stringify(each).slice(1, -1)), each);
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(32), (address, prefix) => {
      t.regex(address, new RegExp(addressPattern));
      t.regex(`${address}/${prefix}`, new RegExp(cidrPattern));
      if (isMulticast(address)) t.regex(address, new RegExp(multicastPattern));
    }),
  );
  t.regex('ff02::114', new RegExp(multicastPattern));
  for (const each of ['10.0.0', '10.0.0.256', 'web', '', '10.0.0.1/24', 'fd00', '10.0.0.1 '])
    t.notRegex(each, new RegExp(addressPattern), each);
  for (const each of ['10.0.0.1', 'fd00::1']) t.notRegex(each, new RegExp(multicastPattern), each);
});

test('editors do not miss in one file what another file of the directory may have', (t) => {
  const missing = (schema: Schema): boolean => 'required' in schema;
  const whole = editorJsonSchema() as Schema;
  const clusters = whole.properties!['clusters']!;
  const cluster = clusters.additionalProperties as Schema;
  const { health, real_servers: servers } = cluster.properties!;
  for (const each of [whole, clusters, cluster, health!, servers!]) t.false(missing(each));
  const [, server] = (servers!.additionalProperties as Schema).anyOf!;
  t.true(missing(server!));
});
