import test from 'ava';
import { compareAll, type Basis } from '../../src/plan/compare.ts';
import { dangersOf } from '../../src/plan/guard.ts';
import { everything, permitted } from '../../src/plan/policy.ts';
import { file } from '../../src/resources/file.ts';
import { idOf, type Resource } from '../../src/resources/index.ts';
import type { Action, Verb } from '../../src/resources/kind.ts';
import { servingOf } from '../../src/resources/serving.ts';
import { change, prepares, retires } from '../support/changes.ts';
import { floatingVip, manifestOf, ownVip, service, transition } from '../support/manifests.ts';

const conf = '/etc/keepalived/keepalived.conf';
const script = '/usr/local/sbin/lvs-director';
const rules = '/etc/ipvsadm.rules';
const daemon = { kind: 'unit', name: 'keepalived', watches: [], owns: true } as const;
const text = (path: string, content: string): Resource =>
  path === script
    ? file(path, content, { boot: true })
    : file(path, content, { traffic: path === rules ? 'ipvsadm' : 'keepalived' });
const there = { state: 'present', size: 1, digest: 'old', mode: '0644', owner: 'root', group: 'root' };
const engine = [text(conf, 'old'), { ...daemon, enabled: true, running: true }, text(script, 'old')];
const leaving: readonly Resource[] = [
  { kind: 'package', name: 'keepalived', installed: false },
  { kind: 'file', path: conf, want: { state: 'absent' } },
  { ...daemon, enabled: false, running: false },
];
const observed: Record<string, unknown> = {
  'package:keepalived': { installed: true },
  'unit:keepalived': { known: true, enabled: true, running: true },
  [`file:${conf}`]: there,
  [`file:${script}`]: there,
  [`file:${rules}`]: { state: 'absent' },
  [idOf(ownVip())]: { places: [], interfaces: ['eth0'] },
  [idOf(service({}))]: { service: undefined },
};
const verbs: readonly Verb[] = ['add', 'change', 'remove'];
const all = Array.from({ length: 8 }, (_, bits) => verbs.filter((_each, at) => (bits >> at) % 2 === 1));

/** What an engine made on a host, and what lvsform makes there from now on. */
const rows: readonly (readonly [what: string, had: readonly Resource[], takes: readonly Resource[]])[] = [
  ['services', [service({ rs1: 1 }, { owner: 'keepalived' })], [service({ rs1: 1 }), text(rules, 'new')]],
  ['VIPs', [floatingVip()], [ownVip()]],
];

for (const [what, had, takes] of rows) {
  test(`lvsform takes ${what} over from an engine and the engine stops, or neither, whatever is allowed`, (t) => {
    for (const allow of all) {
      const known = manifestOf({}, ...engine, ...had);
      const resources = Object.entries(known.resources).map(
        ([id, each]) => [id, { ...each, before: observed[id] }] as const,
      );
      const manifest = { ...known, resources: Object.fromEntries(resources) };
      const basis = {
        family: 'debian',
        answer: { section: () => undefined, sections: () => new Map() },
        connections: new Map(),
        manifest,
        policy: { ...everything, allow },
        ours: Object.keys(manifest.resources),
      } as unknown as Basis;
      const wanted = [...takes, text(script, 'new')];
      const { changes, held, unhanded } = compareAll(
        wanted,
        leaving,
        new Map(Object.entries(observed)),
        basis,
      );
      const done = new Set(changes.map(({ id }) => id));
      const may = allow.includes('add') && (allow.includes('change') || allow.includes('remove'));
      const title = `--allow ${allow.join()}`;
      for (const id of ['unit:keepalived', ...wanted.map(idOf)]) t.is(done.has(id), may, `${title}: ${id}`);
      for (const id of ['package:keepalived', `file:${conf}`])
        t.is(done.has(id), may && allow.includes('remove'), `${title}: ${id}`);
      t.deepEqual([...unhanded], may ? [] : had.map(idOf), title);
      const why = Object.values(held).join();
      t.is(/only together with/.test(why), !may && allow.length > 0, `${title}: ${why}`);
    }
  });
}

const as = (verb: Verb, action: Action): Action => (action.do === 'run' ? { ...action, verb } : action);
const at = (weight: number, ...servers: readonly string[]) =>
  servers.map((address) => ({ address, port: 80, forward: 'gate' as const, weight, upper: 0, lower: 0 }));

test('a service that was found loses what really leaves it, whatever is allowed', (t) => {
  const { serving, gains } = servingOf(at(1, 'new', 'both'), [...at(1, 'old'), ...at(0, 'both')], false);
  t.deepEqual(
    [serving, gains],
    [
      { before: 1, after: 2 },
      { add: 1, change: 1, remove: -1 },
    ],
  );
  const made = {
    ...change('virtual-service:-t 10.0.0.100:80', 'change'),
    actions: [as('add', prepares('table')), as('change', prepares('table')), as('remove', retires('table'))],
    serving,
  };
  for (const allow of all.filter((each) => each.length > 0)) {
    const policy = { ...everything, allow };
    const left = permitted(made, false, policy, gains);
    const after = 1 + (allow.includes('add') ? 2 : 0) - (allow.includes('remove') ? 1 : 0);
    if (left !== undefined) t.is(left.serving?.after, after, allow.join());
    const changes = left === undefined ? [] : [left];
    const dangers = dangersOf([transition('lb1', [], [], { changes })], policy);
    t.is(dangers.length, left !== undefined && after === 0 ? 1 : 0, allow.join());
  }
});

test('with kept weights, a service whose only real server has weight 0 is a danger', (t) => {
  const { serving } = servingOf(at(1, 'rs2'), [...at(1, 'rs1'), ...at(0, 'rs2')], true);
  t.deepEqual(serving, { before: 1, after: 0 });
  const changes = [
    { ...change('virtual-service:-t 10.0.0.100:80', 'change'), title: 'virtual service web', serving },
  ];
  const leaves = transition('lb1', [service({ rs1: 1, rs2: 1 })], [service({ rs2: 1 })], { changes });
  t.deepEqual(dangersOf([leaves], { ...everything, keepWeights: true }), [
    'lb1: virtual service web loses all its real servers (1)',
  ]);
  t.deepEqual(dangersOf([leaves], everything), []);
});
