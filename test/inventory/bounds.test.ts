import fc from 'fast-check';
import test from 'ava';
import { resourcesOf } from '../../src/components/index.ts';
import { readInventoryFiles } from '../../src/disk/inventory.ts';
import { checkShape } from '../../src/inventory/check-shape.ts';
import { resolve } from '../../src/inventory/resolve.ts';
import { rules } from '../../src/inventory/rules/index.ts';
import { readSources } from '../../src/inventory/sources.ts';
import { stringMistakes } from '../../src/inventory/strings.ts';
import type { Inventory } from '../../src/model/cluster.ts';
import { type Choice, choiceFields, choices, fieldOf, put } from '../support/choices.ts';
import { asked, cibDocument, readable, render, type Readable } from '../support/daemons.ts';
import { shown } from '../support/inventories.ts';
import { samples } from '../support/samples.ts';

/**
 * What validate passes, the daemons take: every bound of every number and every word of the vocabulary, alone and together, at
 * all places where the inventories of this repository have or could have it. LVSFORM_BOUNDS is the number of random
 * inventories beside them.
 */
const runs = Number(process.env['LVSFORM_BOUNDS'] ?? 60);

/** Inventories with another address family, and with a daemon for both tasks. */
const others = shown.filter((path) => /ipv6|dual|heartbeat-crm|content/.test(path));

/** Options that no other base has. */
const sip = {
  name: 'sip',
  clusters: {
    sip: {
      mode: 'dr',
      vip: '10.1.0.100',
      directors: { lb1: '10.1.0.2/24' },
      real_servers: { rs1: '10.1.0.11' },
      services: [
        {
          port: 5060,
          protocol: 'udp',
          scheduler: 'sh',
          flags: ['sh-port'],
          persistence: { timeout: 60, engine: 'sip' },
        },
        { mark: 7, ports: [80] },
      ],
      health: { engine: 'keepalived' },
    },
  },
};

async function basesOf(): Promise<[string, unknown][]> {
  const read = others.map(async (path): Promise<[string, unknown]> => {
    const { files } = await readInventoryFiles(path);
    return [path, readSources(files).value];
  });
  return [
    ...[...samples].map(([name, value]): [string, unknown] => [`sample ${name}`, value]),
    ['sip', sip],
    ...(await Promise.all(read)),
  ];
}
// The daemons that read these have no name server.
const bases = (await basesOf()).map(([name, value]): [string, unknown] => [
  name,
  JSON.parse(JSON.stringify(value).replaceAll('mail.example.org', '10.1.0.25')),
]);

/** The inventory, if validate passes it. */
function soundOf(value: unknown): Inventory | undefined {
  if (stringMistakes(value).length > 0) return undefined;
  const checked = checkShape(value);
  if ('mistakes' in checked) return undefined;
  const inventory = resolve(checked.shape);
  const broken = rules.some(
    ({ severity, check }) => severity === 'error' && check(inventory, checked.shape).length > 0,
  );
  return broken ? undefined : inventory;
}

function distinct(found: readonly Choice[]): Choice[] {
  return [...new Map(found.map((each) => [each.path.join('\0'), each])).values()];
}

/** Documents by their content, each with the values that first made it. */
class Collected {
  readonly documents = new Map<string, Readable & { readonly from: string }>();

  add(inventory: Inventory, from: string): void {
    // Hosts of one role have documents alike.
    const [director] = inventory.clusters.flatMap(({ directors }) => directors);
    const hosts = inventory.hosts.filter(
      ({ name }, index) => name === director?.name || index === inventory.hosts.length - 1,
    );
    const all = [
      ...readable({ ...inventory, hosts }),
      ...hosts.flatMap((host) =>
        resourcesOf(inventory, host, 'debian', render).flatMap((each) =>
          each.kind === 'cib' ? [{ host: host.name, ...cibDocument(each.want) }] : [],
        ),
      ),
    ];
    for (const each of all) {
      const key = `${each.path}\n${each.content}`;
      if (!this.documents.has(key)) this.documents.set(key, { ...each, from });
    }
  }

  async refused(): Promise<string[]> {
    const said = await asked([...this.documents.values()]);
    return said
      .filter(({ code }) => code !== 0)
      .map(({ from, host, path, said: text }) => `${from}: ${host}${path}: ${text.slice(-600)}`);
  }
}

const worded = (found: readonly (readonly [Choice, unknown])[]): string =>
  found.map(([{ path }, value]) => `${path.join('.')}=${String(value)}`).join(' ');

test('each bound and each word that validate passes', async (t) => {
  const collected = new Collected();
  const passed = new Set<string>();
  // Two places of one kind under the same engines are tried: the first one may not fit.
  const tried = new Map<string, number>();
  for (const [name, base] of bases) {
    if (soundOf(base) === undefined) continue;
    const engines =
      JSON.stringify(base)
        .match(/"engine":"\w+"/g)
        ?.toSorted()
        .join() ?? '';
    // Lines in one engine's language mean nothing to another one.
    const own = JSON.stringify(base).includes('"directives"');
    const found = distinct(choices(base)).filter(({ path }) => {
      if (own && path.at(-1) === 'engine') return false;
      const key = `${engines} ${fieldOf(path)}`;
      const count = (tried.get(key) ?? 0) + 1;
      tried.set(key, count);
      return count <= 2;
    });
    const rounds = Math.max(0, ...found.map(({ values }) => values.length));
    for (let round = 0; round < rounds; round += 1) {
      let value = base;
      const together: [Choice, unknown][] = [];
      for (const choice of found) {
        const wanted = choice.values[round];
        if (wanted === undefined) continue;
        const next = put(value, choice.path, wanted);
        if (soundOf(next) !== undefined) {
          value = next;
          together.push([choice, wanted]);
          passed.add(fieldOf(choice.path));
          continue;
        }
        const alone = soundOf(put(base, choice.path, wanted));
        if (alone === undefined) continue;
        passed.add(fieldOf(choice.path));
        collected.add(alone, `${name}: ${worded([[choice, wanted]])}`);
      }
      if (together.length > 0) collected.add(soundOf(value)!, `${name}: ${worded(together)}`);
    }
  }
  t.log(`${collected.documents.size} documents`);
  t.deepEqual(await collected.refused(), []);
  // A field of which no value passes anywhere is not tested here.
  t.deepEqual(
    [...new Set(choiceFields())].filter(
      (each) => !passed.has(each) && !passed.has(each.replace('.defaults.', '.clusters.*.')),
    ),
    [],
  );
});

test('the shape or a rule refuses the numbers beyond, at their place', (t) => {
  const seen = new Set<string>();
  for (const [, base] of bases) {
    for (const { path, beyond } of distinct(choices(base))) {
      const field = fieldOf(path);
      if (seen.has(field)) continue;
      seen.add(field);
      for (const value of beyond) t.is(soundOf(put(base, path, value)), undefined, `${field}=${value}`);
    }
  }
});

test('inventories at random', async (t) => {
  const collected = new Collected();
  let sound = 0;
  const usable = bases.filter(([, base]) => soundOf(base) !== undefined);
  const arbitrary = fc.constantFrom(...usable).chain(([name, base]) => {
    const own = JSON.stringify(base).includes('"directives"');
    const found = distinct(choices(base)).filter(({ path }) => !own || path.at(-1) !== 'engine');
    const within = ({ values: [least, most] }: Choice): fc.Arbitrary<unknown> =>
      Number.isInteger(least) && Number.isInteger(most)
        ? fc.integer({ min: Math.max(Number(least), -1e9), max: Math.min(Number(most), 4e9) })
        : fc.constant(least);
    const pick = fc
      .constantFrom(...found)
      .chain((choice) =>
        fc.tuple(fc.constant(choice), fc.oneof(fc.constantFrom(...choice.values), within(choice))),
      );
    return fc.tuple(fc.constant(name), fc.constant(base), fc.array(pick, { minLength: 1, maxLength: 8 }));
  });
  for (const [name, base, picks] of fc.sample(arbitrary, { numRuns: runs, seed: 20_211 })) {
    let value = base;
    const kept: (typeof picks)[number][] = [];
    for (const pick of picks) {
      const next = put(value, pick[0].path, pick[1]);
      if (soundOf(next) === undefined) continue;
      value = next;
      kept.push(pick);
    }
    if (kept.length === 0) continue;
    sound += 1;
    collected.add(soundOf(value)!, `${name}: ${worded(kept)}`);
  }
  t.log(`${sound} inventories, ${collected.documents.size} documents`);
  t.true(sound > runs / 3);
  t.deepEqual(await collected.refused(), []);
});
