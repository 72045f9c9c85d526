import test from 'ava';
import { rendered } from '../../src/components/rendered.ts';
import { virtualService } from '../../src/components/director-table.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { renderer } from '../../src/render/templates.ts';
import { dr, inventoryOf, nat } from '../support/inventories.ts';

const render = renderer(await readTemplates());

/** The text of a director's documents for `sorry_server: local` under an engine. */
function textOf(base: string, engine: string): string {
  const inventory = inventoryOf(
    base
      .replace(/(scheduler: \w+) \}/, '$1, sorry_server: local }')
      .replace('    services:', `    health: { engine: ${engine} }\n    services:`),
  );
  return rendered(inventory, inventory.hosts[0]!, 'debian', render)
    .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)))
    .join('\n');
}

const six = dr.replaceAll(
  /172\.16\.100\.(\d)(\/24)?/g,
  (_, number: string, prefix?: string) => `"fd00::${number}${prefix === undefined ? '' : '/64'}"`,
);
const engines: readonly [engine: string, base: string, says: RegExp][] = [
  ['keepalived', nat, /sorry_server 127\.0\.0\.1 80\n +sorry_server_lvs_method DR\n/],
  ['keepalived', six, /sorry_server ::1 80\n +sorry_server_lvs_method DR\n/],
  ['ldirectord', nat, /fallback = 127\.0\.0\.1:80 gate\n/],
  ['ldirectord', six, /fallback6 = \[::1\]:80 gate\n/],
  ['monitor', nat, /127\.0\.0\.1:80/],
  ['monitor', six, /\[::1\]:80/],
];

for (const [engine, base, says] of engines) {
  test(`sorry_server: local under ${engine}: ${String(says)}`, (t) => {
    t.regex(textOf(base, engine), says);
  });
}

test('sorry_server: local without an engine is in the table only while all weights are 0', (t) => {
  const sorry = (weights: string): unknown[] => {
    const [cluster] = inventoryOf(
      nat.replace('rr }', `rr, sorry_server: local, real_servers: ${weights} }`),
    ).clusters;
    const { want } = virtualService(cluster!, cluster!.services[0]!);
    if (want === 'absent') throw new Error('absent');
    return want.destinations
      .filter(({ server }) => server === 'local')
      .map(({ address, port, forward, weight }) => [address, port, forward, weight]);
  };
  t.deepEqual(sorry('{ rs1: 0, rs2: 0 }'), [['127.0.0.1', 80, 'gate', 1]]);
  t.deepEqual(sorry('{ rs1: 0, rs2: 1 }'), []);
});
