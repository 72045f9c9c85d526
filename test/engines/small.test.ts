import test from 'ava';
import { readTemplates } from '../../src/disk/templates.ts';
import { documentFacts, failoverFacts, healthFacts } from '../../src/engines/facts.ts';
import type {
  DocumentLanguage,
  EnginePackage,
  FailoverFacts,
  HealthFacts,
} from '../../src/engines/facts-shape.ts';
import type { Scope } from '../../src/engines/scope.ts';
import type { Family } from '../../src/model/family.ts';
import type { Finding } from '../../src/verify/finding.ts';
import type { Sockets } from '../../src/verify/listening.ts';
import { change } from '../support/changes.ts';

/** The facts of an engine that only writes a file: what its folder's facts.ts would have. */
const scope = { deadTime: 'host', directors: 'host', id: 'distinct' } as const satisfies Scope;
const health: HealthFacts = { checks: { tcp: [], http: ['port'] }, lacks: ['sctp'], mail: false };
const failover: FailoverFacts = {
  defaults: { interval: 2, deadIntervals: 7, key: false },
  scope,
  holders: 'all',
  handOver: 'scribe_hands_over',
  nodeNames: true,
  starts: [],
  syncs: false,
  fences: false,
  has: [],
  refuses: { id: 'LVS999', title: 'scribe cannot do this', why: 'It writes a file.' },
  cannot: [{ setting: 'ping', message: 'scribe asks nobody', hint: 'remove it' }],
};

const packages: readonly EnginePackage[] = [
  { name: 'scribe' },
  { name: { debian: 'scribe-tools', rhel6: 'scribe-utils' }, unless: 'pen' },
  { name: 'scribe-http', when: ({ services }) => services.some(({ check }) => check.kind === 'http') },
];

const language: DocumentLanguage = {
  words: [['page', /^page (?<name>\S+)/g]],
  comment: /^%/,
};

// Its lines in the facts, before anything makes its vocabulary from them.
Object.assign(healthFacts, { scribe: health });
Object.assign(failoverFacts, { scribe: failover });
Object.assign(documentFacts, { scribe: language });
const { engines } = await import('../../src/engines/index.ts');
const { directorRoles } = await import('../../src/components/component.ts');
const { agreed } = await import('../../src/engines/agreed.ts');
const { file } = await import('../../src/resources/file.ts');
// Its line in the registry, with the resources of a site.
(engines as (typeof engines)[number][]).push({
  name: 'scribe',
  health,
  failover,
  packages,
  resources: (site) => {
    const own = agreed(
      scope,
      directorRoles(site, (cluster) => (cluster.failover?.engine as string | undefined) === 'scribe'),
    );
    return own === undefined ? [] : [file('/etc/scribe', `dead after ${own.deadTime}\n`)];
  },
});

const { readInventory } = await import('../../src/inventory/read.ts');
const { rules } = await import('../../src/inventory/rules/index.ts');
const { inventoryJsonSchema } = await import('../../src/inventory/shape.ts');
const { resourcesOf } = await import('../../src/components/index.ts');
const { idOf } = await import('../../src/resources/index.ts');
const { handOver } = await import('../../src/plan/hand-over.ts');
const { judgeHolders, soleHolders } = await import('../../src/verify/holders.ts');
const { saidOnlyBy, trafficLanguages } = await import('../../src/resources/traffic-files.ts');
const { renderer } = await import('../../src/render/templates.ts');

const cluster = (name: string, vip: string, told: string, check = 'tcp'): string => `  ${name}:
    mode: dr
    vip: ${vip}
    directors: { lb1: 10.0.0.2/24, lb2: 10.0.0.3/24 }
    real_servers: { rs1: 10.0.0.11 }
    services: [{ port: 80, scheduler: wlc }]
    health: { engine: scribe, check: ${check} }
    failover: { engine: scribe${told} }
`;
const read = (...clusters: string[]): ReturnType<typeof readInventory> =>
  readInventory([{ name: 'inventory.yaml', text: `name: test\nclusters:\n${clusters.join('')}` }]);
const found = (...clusters: string[]): string[] =>
  read(...clusters).problems.map(({ rule, message }) => `${rule} ${message}`);

test('an engine of the registry is a word of the inventory, with its defaults', (t) => {
  const { inventory, problems } = read(cluster('web', '10.0.0.100', ''));
  t.deepEqual(problems, []);
  const { interval, deadTime, key } = inventory!.clusters[0]!.failover!;
  t.deepEqual({ interval, deadTime, key }, { interval: 2, deadTime: 14, key: undefined });
  const schema = JSON.stringify(inventoryJsonSchema());
  t.regex(schema, /"cman","scribe"/);
  t.regex(schema, /two signs of life; default 1, for heartbeat and scribe 2"/);
  t.regex(schema, /default, in intervals: 3, for heartbeat 5, for scribe 7"/);
});

test('its directors give up their VIPs in its own way', async (t) => {
  const { inventory } = read(cluster('web', '10.0.0.100', ''));
  const render = renderer(await readTemplates());
  const wanted = resourcesOf(inventory!, inventory!.hosts[0]!, 'debian', render);
  const vips = wanted.flatMap((each) => (each.kind === 'address' ? [each] : []));
  const actions = handOver(vips, ['10.0.0.100'], [change('unit:x', 'change')]).flatMap(
    (each) => each.actions,
  );
  t.deepEqual(
    actions.flatMap((each) => (each.do === 'run' ? each.commands : [])),
    [['scribe_hands_over', 'web', '10.0.0.100']],
  );
});

test('each of its directors holds the VIPs', (t) => {
  const [web] = read(cluster('web', '10.0.0.100', '')).inventory!.clusters;
  const judged = (...holders: string[]): unknown[] => {
    const sockets = holders.map((each): [string, Sockets] => {
      const [name = '', ...addresses] = each.split(' ');
      return [
        name,
        { addresses: new Set(addresses), loopback: new Set<string>(), macs: new Map(), listens: undefined },
      ];
    });
    const [{ sound, text, details }] = judgeHolders(web!, new Map(sockets)) as [Finding];
    return [sound, text, ...details];
  };
  t.deepEqual(judged('lb1 10.0.0.100', 'lb2 10.0.0.100'), ['yes', 'web: lb1, lb2 hold 10.0.0.100']);
  t.deepEqual(judged('lb2 10.0.0.100'), ['yes', 'web: lb2 holds 10.0.0.100 (not asked: lb1)']);
  t.deepEqual(judged('lb1 10.0.0.100', 'lb2'), [
    'no',
    'web: the VIPs are not on every director',
    'lb2 does not hold 10.0.0.100',
  ]);
  t.deepEqual(judged('lb1', 'lb2'), ['no', 'web: no director holds 10.0.0.100']);
  t.is(soleHolders(new Map([[web!, web!.directors[0]]])).size, 0);
});

test('what a document of its own says is read by its words, where lvsform replaces it', (t) => {
  const scribe = trafficLanguages.find((each) => (each as string) === 'scribe')!;
  t.deepEqual(saidOnlyBy('% page 0\npage 1\npage 2\n', 'page 2\n', scribe), ['page 1']);
});

test('it has packages by the platform and by what is asked of it, and its nodes have their names', async (t) => {
  const render = renderer(await readTemplates());
  const on = (family: Family, check: string): string[] => {
    const { inventory } = read(cluster('web', '10.0.0.100', '', check));
    const [director] = inventory!.hosts;
    return resourcesOf(inventory!, director!, family, render).flatMap((each) =>
      each.kind === 'package' && each.name.startsWith('scribe')
        ? [`${each.name}${each.unless === undefined ? '' : ` unless ${each.unless}`}`]
        : each.kind === 'node-name'
          ? [`${each.engine} knows ${each.name}`]
          : [],
    );
  };
  const first = ['scribe knows lb1', 'scribe'];
  t.deepEqual(on('debian', 'tcp'), [...first, 'scribe-tools unless pen']);
  t.deepEqual(on('rhel6', 'http'), [...first, 'scribe-utils unless pen', 'scribe-http']);
  t.deepEqual(on('rhel7', 'tcp'), first);
});

test('its resources are on the directors, and what it brings about is its own', async (t) => {
  const { inventory } = read(cluster('web', '10.0.0.100', ', dead_time: 9'));
  const render = renderer(await readTemplates());
  const on = (name: string): ReturnType<typeof resourcesOf> =>
    resourcesOf(
      inventory!,
      inventory!.hosts.find((host) => host.name === name)!,
      'debian',
      render,
    );
  const [document] = on('lb1').filter((each) => idOf(each) === 'file:/etc/scribe');
  t.regex(JSON.stringify(document), /dead after 9/);
  t.is(on('rs1').filter((each) => idOf(each) === 'file:/etc/scribe').length, 0);
  const owned = on('lb2').flatMap((each) => (each.kind === 'virtual-service' ? [each.owner as string] : []));
  t.deepEqual(owned, ['scribe']);
  const moved = on('lb2').flatMap((each) =>
    each.kind === 'address' && each.moves !== undefined ? [each.moves.engine as string] : [],
  );
  t.deepEqual(moved, ['scribe']);
});

test('the rules come from its facts', (t) => {
  t.true(rules.some(({ id, title }) => id === 'LVS999' && title === 'scribe cannot do this'));
  const told = (setting: string, check?: string): string[] =>
    found(cluster('web', '10.0.0.100', setting, check));
  t.deepEqual(told(', ping: [10.0.0.254]'), ['LVS999 scribe asks nobody']);
  t.deepEqual(told(', crm: true'), ['LVS093 scribe has no crm']);
  t.deepEqual(told(', fencing: [{ agent: fence_x }]'), ['LVS091 scribe has no fencing devices']);
  t.deepEqual(told('', 'mysql')[0], 'LVS074 scribe has no mysql check');
  t.deepEqual(told('', '{ kind: tcp, port: 8 }'), ['LVS075 scribe’s tcp check takes no port']);
});

test('what its directors have once, two clusters want alike, and what tells them apart, not', (t) => {
  const web = cluster('web', '10.0.0.100', ', id: 1');
  t.deepEqual(found(web, cluster('two', '10.0.0.101', ', id: 2')), []);
  t.deepEqual(found(web, cluster('two', '10.0.0.101', ', id: 2, dead_time: 9')), [
    'LVS101 lb1 has conflicting dead_time of scribe in web; the other is at inventory.yaml:10:5',
  ]);
  t.deepEqual(found(web, cluster('two', '10.0.0.101', ', id: 1')), ['LVS079 web has the same id 1 on lb1']);
});
