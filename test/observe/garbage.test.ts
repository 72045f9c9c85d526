import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { resourcesOf } from '../../src/components/index.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import type { Family } from '../../src/model/family.ts';
import { parseAnswer } from '../../src/shell/answer.ts';
import { observedOf, readObservation } from '../../src/observe/observation.ts';
import { probeScript } from '../../src/observe/probe.ts';
import { renderer } from '../../src/render/templates.ts';
import { byKind, idOf, kindOf, type Resource } from '../../src/resources/index.ts';
import type { Context } from '../../src/resources/kind.ts';
import { long, spoiled, survives } from '../support/garbage.ts';
import { inventoryAt } from '../support/inventories.ts';
import { world } from '../support/world.ts';

const render = renderer(await readTemplates());
const frame = 'f'.repeat(32);

interface Recorded {
  readonly host: string;
  readonly family: Family;
  readonly wanted: readonly Resource[];
  readonly raw: string;
}

/** What hosts of simulated clusters say once everything is there. */
const recorded: Recorded[] = [];

test.before('answers are recorded', async () => {
  const paths: [string, Family][] = [
    ['inventories/pacemaker', 'rhel7'],
    ['inventories/nat', 'debian'],
    ['inventories/tun', 'debian'],
    ['inventories/fwmark', 'rhel6'],
    ['inventories/content', 'debian'],
    ['inventories/keepalived-dual', 'rhel7'],
    ['inventories/fullnat', 'debian'],
    ['inventories/monitor', 'debian'],
    ['inventories/nat-port-mapping', 'rhel7'],
    ['inventories/pair', 'debian'],
  ];
  for (const [path, family] of paths) {
    const inventory = await inventoryAt(path);
    const closing: (() => unknown)[] = [];
    const keep = { teardown: (close: () => unknown) => closing.push(close) };
    const w = await world(keep as unknown as ExecutionContext, inventory, () => family);
    await w.apply(await w.plan());
    for (const host of inventory.hosts.filter(({ managed }) => managed)) {
      const wanted = resourcesOf(inventory, host, family, render);
      const target = { name: host.name, ssh: { host: host.name, sudo: false } };
      const raw = await w.hosts.run(target, probeScript({ [family]: wanted }, frame), 'read');
      recorded.push({ host: `${path} ${host.name}`, family, wanted, raw });
    }
    for (const close of closing) await close();
  }
});

/** All that a plan does with an answer, up to what would be done about it. */
function useOf({ family, wanted }: Recorded, raw: string): void {
  const { answer, connections } = readObservation(raw, frame);
  const observed = observedOf(answer, wanted);
  for (const resource of wanted) {
    const kind = kindOf(resource);
    const seen = observed.get(idOf(resource));
    const context: Context = {
      family,
      retiring: false,
      changedFiles: new Set(),
      connections,
      keepWeights: false,
      fromEngine: false,
      changesHands: false,
    };
    kind.compare(resource, seen, context);
    const back = kind.restore(resource, seen);
    if (back !== undefined) kind.compare(back, seen, { ...context, retiring: true });
  }
  for (const { kind, resources } of byKind(wanted)) kind.others?.(answer, resources);
}

test('what hosts truly say is used, all of it', (t) => {
  for (const each of recorded)
    t.true(
      survives(() => useOf(each, each.raw)),
      each.host,
    );
  const kinds = new Set(recorded.flatMap(({ wanted }) => wanted.map(({ kind }) => kind)));
  t.is(kinds.size, 18, [...kinds].join());
});

test('a spoiled answer is used or refused, and is never the end of a run', (t) => {
  let refused = 0;
  let runs = 0;
  fc.assert(
    fc.property(fc.nat(), spoiled, (which, spoil) => {
      const each = recorded[which % recorded.length]!;
      runs += 1;
      if (!survives(() => useOf(each, spoil(each.raw, frame)))) refused += 1;
    }),
    { numRuns: 1000, includeErrorInReport: true },
  );
  t.is(runs, 1000);
  t.true(refused > 100 && refused < 950, String(refused));
});

test('no answer takes more time than its length is worth', (t) => {
  const names = new Set(recorded.flatMap(({ raw }) => [...parseAnswer(raw, frame).sections('').keys()]));
  const wanted = [
    ...new Map(recorded.flatMap((each) => each.wanted.map((one) => [idOf(one), one]))).values(),
  ];
  const inner = [...names].filter((name) => !['facts', 'state', 'manifest', 'end'].includes(name));
  t.true(inner.length > 30, String(inner.length));
  for (const body of long) {
    for (const { kind, resources } of byKind(wanted)) {
      const all = [...new Set([kind.kind, ...inner.filter((name) => name.startsWith(kind.kind))])];
      const alone = all.slice(0, 3).map((name) => `\n@${frame} ${name}\n${body}`);
      for (const extra of ['interfaces', 'sums', 'thresholds']) alone.push(`\n@${frame} ${extra}\n${body}`);
      survives(() => kind.parse(parseAnswer(alone.join(''), frame), resources));
    }
    t.pass();
  }
});

test('an answer of nothing but section heads, and one of a million lines, is read', (t) => {
  const heads = `\n@${frame} state`.repeat(100_000);
  t.is(parseAnswer(heads, frame).section('state'), '');
  t.is(parseAnswer(heads, frame).sections('').size, 1);
  t.is(parseAnswer(`\n@${frame} file\n${'x\n'.repeat(1_000_000)}`, frame).section('file')?.length, 2_000_000);
});
