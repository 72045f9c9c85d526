import test from 'ava';
import { readInventory } from '../../src/inventory/read.ts';
import { asked, readable } from '../support/daemons.ts';
import { named } from '../support/inventories.ts';

/** What keepalived only warns of, and what it refuses. */
const cluster = (servers: string, service: string, health: string): string =>
  named(`clusters:
  web:
    mode: dr
    vip: 10.1.0.100
    directors: { lb1: 10.1.0.2/24 }
    real_servers: { ${servers} }
    services: [{ port: 80${service} }]
    health: { engine: keepalived${health} }
`);

const ready = 'rs1: 10.1.0.11, sorry: 10.1.0.13';
const out =
  'rs1: { address: 10.1.0.11, weight: 0 }, rs2: { address: 10.1.0.12, weight: 0 }, sorry: 10.1.0.13';

const kinds = [
  'none',
  'ping',
  'tcp',
  'http',
  'https',
  'smtp',
  'dns',
  '{ kind: udp, request: AB }',
  '{ kind: script, run: /bin/true }',
];

const rows: readonly [what: string, text: string, code: number, says: RegExp][] = [
  ...kinds.map((kind): (typeof rows)[number] => [
    `one try, check ${kind}`,
    cluster(ready, `, check: ${kind}`, ', tries: 1'),
    0,
    /^$/,
  ]),
  ['every weight is 0', cluster(out, '', ''), 0, /^$/],
  ['every weight is 0, with a sorry server', cluster(out, ', sorry_server: sorry', ''), 0, /^$/],
  ['a quorum above the weights', cluster(ready, ', directives: [quorum 9]', ''), 0, /^$/],
  ['a wrong number', cluster(out, ', directives: [quorum 0]', ''), 5, /outside range/],
  ['an unknown word', cluster(ready, ', directives: [nonsense 1]', ''), 5, /Unknown keyword 'nonsense'/],
  ['a warning and an error', cluster(out, ', directives: [nonsense 1]', ''), 5, /^\(.*nonsense'\n$/],
];

for (const [what, text, code, says] of rows) {
  test(`keepalived: ${what}`, async (t) => {
    const { inventory, problems } = readInventory([{ name: 'x.yaml', text }]);
    t.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    const [said, ...others] = await asked(readable(inventory!));
    t.deepEqual(others, []);
    t.is(said!.code, code, said!.said);
    t.regex(said!.said, says);
  });
}

test('one try: each checker gives up after the first failure', async (t) => {
  for (const kind of kinds.slice(1)) {
    const text = cluster(ready, `, check: ${kind}`, ', tries: 1');
    const { inventory } = readInventory([{ name: 'x.yaml', text }]);
    const [document] = readable(inventory!);
    t.deepEqual(
      document!.content.match(/^ *retry .*$/gm),
      ['            retry 0', '            retry 0'],
      kind,
    );
  }
});
