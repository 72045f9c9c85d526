import test from 'ava';
import { resourcesOf } from '../../src/components/index.ts';
import { rendered } from '../../src/components/rendered.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { checkShape } from '../../src/inventory/check-shape.ts';
import { readInventory } from '../../src/inventory/read.ts';
import { resolve } from '../../src/inventory/resolve.ts';
import { rules } from '../../src/inventory/rules/index.ts';
import { stringMistakes } from '../../src/inventory/strings.ts';
import type { Inventory } from '../../src/model/cluster.ts';
import { type Render, renderer } from '../../src/render/templates.ts';
import { type Position, stringFields, stringPositions, withText } from '../support/fields.ts';
import { payloads } from '../support/payloads.ts';
import { isPwned } from '../support/run-scripts.ts';
import { samples } from '../support/samples.ts';
import { skeleton } from '../support/skeleton.ts';

/**
 * Whatever stands in whichever text of an inventory: `validate` refuses it, or it arrives as data. No payload is
 * executed, and no document has another line, directive or element than it had without.
 */
const sources = await readTemplates();
const render = renderer(sources);

/** Code by purpose (docs/inventory.md says so): it may do what it likes, and may not leave its line. */
const code = /directives(\.(global|blocks|service|server|instance))?\[\]$|\.(run|script|notify|command)$/;

/** What goes into no document that is shipped, but takes any text: a few payloads do. */
const apart = /(^|\.)(vars\.|ssh\.identity|env$|command$)/;

/** As readInventory, without the text and its places, which thousands of readings have no time for. */
function inventoryOf(value: unknown): Inventory | undefined {
  if (stringMistakes(value).length > 0) return undefined;
  const checked = checkShape(value);
  if ('mistakes' in checked) return undefined;
  const inventory = resolve(checked.shape);
  const broken = rules.some(
    ({ severity, check }) => severity === 'error' && check(inventory, checked.shape).length > 0,
  );
  return broken ? undefined : inventory;
}

/** Every document of every host, by host, family and path, and what goes into a CIB. */
function documentsOf(inventory: Inventory, by: Render): Map<string, string> {
  const found = new Map<string, string>();
  const [server] = inventory.hosts.filter(({ at }) => at[2] === 'real_servers');
  const hosts = inventory.hosts.filter((host) => host.at[2] === 'directors' || host === server);
  for (const host of hosts) {
    // RHEL 7's templates are Debian's.
    for (const family of ['debian', 'rhel6'] as const) {
      for (const { path, content } of rendered(inventory, host, family, by))
        found.set(`${host.at.at(-2)} ${host.address} ${family} ${path}`, content);
      for (const resource of resourcesOf(inventory, host, family, by)) {
        if (resource.kind === 'cib')
          found.set(`${host.address} ${family} cib`, Object.values(resource.want).flat().join(''));
      }
    }
  }
  return found;
}

const pathOf = (key: string): string => key.split(' ').at(-1)!;

/** What a payload has done beyond its place; scripts that it is in are added to `scripts`. */
function escapes(
  before: ReadonlyMap<string, string>,
  inventory: Inventory,
  { field }: Position,
  scripts: Map<string, string>,
): string[] {
  const after = documentsOf(inventory, render);
  if (after.size !== before.size) return ['other documents'];
  return [...after].flatMap(([key, content]) => {
    const old = before.get(key);
    if (old === undefined) return [`another document: ${key}`];
    if (old === content) return [];
    const path = pathOf(key);
    const lines = content.split('\n').length - old.split('\n').length;
    if (lines !== 0) return [`${key} has ${lines} lines more`];
    if (/[^\P{C}\n\t]/u.test(content)) return [`${key} has a control character`];
    if (code.test(field)) return [];
    if (content.startsWith('#!') || path.startsWith('/etc/cron.d/')) scripts.set(content, path);
    else if (skeleton(path, content) !== skeleton(path, old)) return [`${key} says other things`];
    return [];
  });
}

/** All payloads for every text with LVSFORM_ALL=1; else each text has a quarter of them, and its neighbour another one. */
function chosen({ field }: Position, index: number): readonly string[] {
  if (apart.test(field)) return payloads.slice(0, 3);
  return process.env['LVSFORM_ALL'] === '1'
    ? payloads
    : payloads.filter((_, number) => (number + index) % 4 === 0);
}

/** One position of each field. */
function oneOfEach(positions: readonly Position[]): Position[] {
  return [...new Map(positions.toReversed().map((position) => [position.field, position])).values()];
}

test('every text that the shape knows is in some sample', (t) => {
  const had = new Set([...samples.values()].flatMap(stringPositions).map(({ field }) => field));
  // A cluster takes these from the defaults unchanged.
  const own = (field: string): string =>
    field.replace(/^defaults\.(health|failover|drain|time)\./, 'clusters.*.$1.');
  const whole = (field: string): boolean =>
    had.has(own(field)) || [...had].some((each) => each.startsWith(`${own(field)}.`));
  t.deepEqual(
    stringFields().filter((field) => !whole(field)),
    [],
  );
});

for (const [name, sample] of samples) {
  test(`${name}: hostile texts are refused, or arrive as data`, async (t) => {
    const { problems, inventory: sound } = readInventory(
      [{ name: 'x.yaml', text: JSON.stringify(sample) }],
      render,
    );
    t.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    const before = documentsOf(sound!, render);
    const scripts = new Map<string, string>();
    const broken: string[] = [];
    let refused = 0;
    let taken = 0;
    for (const [index, position] of oneOfEach(stringPositions(sample)).entries()) {
      for (const payload of chosen(position, index)) {
        // At the end of a word a hyphen is data; at its beginning it makes an option of it.
        const text = (old: string): string => (payload.startsWith('-') ? payload : `${old}${payload}`);
        const inventory = inventoryOf(withText(sample, position, text));
        if (inventory === undefined) refused += 1;
        else {
          taken += 1;
          const [found] = escapes(before, inventory, position, scripts);
          if (found !== undefined)
            broken.push(`${position.field} ${JSON.stringify(text('old').slice(0, 80))}: ${found}`);
        }
      }
    }
    t.deepEqual(broken, []);
    for (const [content, path] of scripts) t.false(await isPwned(path, content), `${path}\n${content}`);
    t.log(`${refused} refused, ${taken} taken, ${scripts.size} scripts run`);
    t.true(refused > 0);
  });
}

test('a script that does not quote is caught by running it', async (t) => {
  const sample = samples.get('monitor');
  const position = stringPositions(sample).find(({ field }) => field.endsWith('.options'))!;
  const options = '$(touch${IFS}PWNED)';
  const inventory = inventoryOf(withText(sample, position, () => options))!;
  const path = '/usr/local/sbin/lvs-content';
  const [, script] = [...documentsOf(inventory, render)].find(([key]) => pathOf(key) === path)!;
  const unquoted = script.replaceAll(`'${options}'`, options);
  t.not(unquoted, script);
  t.true(await isPwned(path, unquoted));
  t.false(await isPwned(path, script));
});
