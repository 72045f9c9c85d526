import test from 'ava';
import { absentDirectors, formerMember, membershipOf } from '../../src/plan/membership.ts';
import { inventoryOf } from '../support/inventories.ts';
import { machine, reading } from '../support/readings.ts';

const pair = (failover: string): string => `
    directors: { lb1: 10.0.0.2/24, lb2: 10.0.0.3 }
    real_servers: { rs1: 10.0.0.11, rs2: 10.0.0.12 }
    services: [{ port: 80 }]${failover}`;
const engine = '\n    failover: { engine: keepalived, key: generated }';
const cluster = (name: string, number: number, rest: string): string =>
  `  ${name}:\n    mode: dr\n    vip: 10.0.0.10${number}${rest}\n`;
const reserve = inventoryOf(`clusters:\n${cluster('web', 0, pair(''))}`);
const moving = inventoryOf(`clusters:\n${cluster('web', 0, pair(engine))}`);
const three = inventoryOf(
  `clusters:\n${['web', 'api', 'mail']
    .map((name, index) =>
      cluster(
        name,
        index,
        `
    directors: { lb-${name}: 10.0.0.${20 + index}/24 }
    real_servers: { rs-${name}: 10.0.0.${30 + index}, shared: 10.0.0.40, printer-${name}: { address: 10.0.0.${50 + index}, managed: false } }
    services: [{ port: 80, real_servers: [rs-${name}] }]`,
      ),
    )
    .join('')}`,
);

/** What a host is in its clusters: who sends to others, who is to hold the VIPs, who is a director. */
const roles: readonly (readonly [title: string, inventory: typeof reserve, host: string, is: string])[] = [
  ['the active director', reserve, 'lb1', 'sends preferred directs'],
  ['a director in reserve has everything but the table and the VIPs', reserve, 'lb2', 'directs'],
  ['a real server', reserve, 'rs1', ''],
  ['the preferred one of a pair with an engine', moving, 'lb1', 'sends preferred directs'],
  ['the other one may take over, so it may send', moving, 'lb2', 'sends directs'],
  ['a real server of such a pair', moving, 'rs1', ''],
];

for (const [title, inventory, host, is] of roles) {
  test(`a role: ${title}`, (t) => {
    const member = membershipOf(inventory, host, () => undefined);
    const words = (['sends', 'preferred', 'directs'] as const).filter((word) => member[word]);
    t.is(words.join(' '), is);
    t.deepEqual(member.clusters, ['web']);
  });
}

test('a director’s roster tells directors from real servers', (t) => {
  const { roster } = membershipOf(three, 'lb-web', () => undefined);
  const directors = roster.filter(({ directs }) => directs === true);
  t.deepEqual(directors.map(({ host }) => host).toSorted(), ['lb-api', 'lb-mail', 'lb-web']);
});

/** Whom a host remembers. */
const rosters: readonly (readonly [title: string, host: string, clusters: string, roster: string])[] = [
  [
    'a director: the hosts of its cluster, and the directors of the clusters beside it',
    'lb-web',
    'web',
    'lb-api lb-mail lb-web rs-web shared',
  ],
  ['a real server: the directors of its cluster', 'rs-web', 'web', 'lb-web'],
  [
    'a real server of three clusters: the directors of each',
    'shared',
    'web api mail',
    'lb-api lb-mail lb-web',
  ],
  ['a host that is in no cluster: none', 'rs9', '', ''],
];

for (const [title, host, clusters, roster] of rosters) {
  test(`a roster has: ${title}`, (t) => {
    const member = membershipOf(three, host, () => undefined);
    t.is(member.clusters.join(' '), clusters);
    t.is(
      member.roster
        .map((each) => each.host)
        .toSorted()
        .join(' '),
      roster,
    );
  });
}

test('a roster has the machines that were met, and the way to each host', (t) => {
  const { roster } = membershipOf(reserve, 'rs1', ({ host }) => (host === 'lb1' ? machine('1') : undefined));
  const ssh = (host: string) => ({ host, sudo: false });
  t.like(roster[0], { host: 'lb1', machine: machine('1') });
  t.deepEqual(roster[1], { host: 'lb2', ssh: ssh('10.0.0.3'), directs: true });
});

test('a cluster that is alone has no neighbours', (t) => {
  const { roster } = membershipOf(reserve, 'lb1', () => undefined);
  t.deepEqual(
    roster.map(({ host }) => host),
    ['lb1', 'lb2', 'rs1', 'rs2'],
  );
});

test('a host that has left is nothing in its clusters any more', (t) => {
  t.deepEqual(formerMember(['web']), {
    clusters: ['web'],
    roster: [],
    sends: false,
    preferred: false,
    directs: false,
  });
});

/** Directors that are not in the plan, with their clusters. */
const absences: readonly (readonly [
  title: string,
  seen: readonly string[],
  absent: Readonly<Record<string, string>>,
])[] = [
  ['all were read', ['lb-web', 'lb-api', 'lb-mail'], {}],
  ['one was not', ['lb-web', 'lb-mail', 'rs-api'], { 'lb-api': 'api' }],
  ['only a real server was', ['rs-web'], { 'lb-web': 'web', 'lb-api': 'api', 'lb-mail': 'mail' }],
];

for (const [title, seen, absent] of absences) {
  test(`directors that are not in the plan: ${title}`, (t) => {
    const found = absentDirectors(
      three,
      seen.map((name) => reading(name)),
    );
    t.deepEqual(Object.fromEntries(found.map(({ host, clusters }) => [host, clusters.join(' ')])), absent);
  });
}

test('a director that was tried and could not be reached is in the plan', (t) => {
  const failure = { is: 'unreachable', reason: 'no route', why: 'unreachable' } as const;
  const seen = [{ target: reading('lb1').target, failure }, reading('lb2')];
  t.deepEqual(absentDirectors(reserve, seen), []);
});
