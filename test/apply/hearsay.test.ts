import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import type { Manifest, RosterEntry } from '../../src/observe/manifest.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { HostFailure, type Hosts, type Target } from '../../src/port.ts';
import { dr } from '../support/inventories.ts';
import { outcomes, wholeTree, world, type World } from '../support/world.ts';

/** Machines for all inventories here; the names are those of the machines. */
const all = dr.replace(
  '      rs2: 172.16.100.8\n',
  '      rs2: 172.16.100.8\n      rs3: 172.16.100.9\n      lb2: 172.16.100.3\n',
);
const shop = dr.replace('name: test', 'name: shop');
const withoutRs2 = shop.replace(/\n +rs2: .*/, '');
const withoutRs1 = shop.replace(/\n +rs1: .*/, '');

/** All at once, the hosts would wait longer than they are patient. */
const atOnce = pLimit(3);
const told = (title: string, tell: (t: ExecutionContext) => Promise<void>): void =>
  test(title, (t) => atOnce(() => tell(t)));

const manifest = 'var/lib/lvsform/manifest.json';
const read = async (w: World, host: string): Promise<Manifest> =>
  JSON.parse(await w.sim.shell(host, `cat ${manifest}`)) as Manifest;
const forge = async (w: World, host: string, ...entries: RosterEntry[]): Promise<void> => {
  const known = await read(w, host);
  const forged = { ...known, roster: [...known.roster, ...entries] };
  await writeFile(join(w.sim.root(host), manifest), JSON.stringify(forged));
};
const holdsVip = (w: World, host: string): Promise<string> =>
  w.sim.shell(host, 'ip -o -4 addr show | grep -c 172.16.100.1/32 || true');
const entry = (host: string, at: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  host,
  ssh: { host: at, sudo: false },
  ...more,
});
const ghosts = (count: number): RosterEntry[] =>
  Array.from({ length: count }, (_, at) => entry(`ghost${at}`, `10.66.${at >> 8}.${at & 255}`));

/** The lines of one host in a plan, of which its notes are in parentheses. */
const partOf = (w: World, plan: Plan, host: string): string =>
  w
    .text(plan)
    .split('\n\n')
    .find((part) => part.startsWith(`${host}:`) || part.startsWith(`${host} (`)) ?? '';

/** Nobody is at the places of ghosts; `dialled` are those to which a connection was tried, `ways` all that were looked up. */
function watched(w: World): { hosts: Hosts; dialled: string[]; ways: string[] } {
  const dialled: string[] = [];
  const ways: string[] = [];
  const isGhost = ({ ssh }: Target): boolean => ssh.host.startsWith('10.66.');
  const hosts: Hosts = {
    runAnew: (target, script) => w.hosts.runAnew(target, script),
    release: (target) => w.hosts.release(target),
    run: (target, script, within) => {
      dialled.push(target.name);
      return isGhost(target)
        ? Promise.reject(new HostFailure('nobody answers'))
        : w.hosts.run(target, script, within);
    },
    wayTo: (target) => {
      ways.push(target.name);
      return isGhost(target)
        ? { place: `${target.ssh.host}:${target.ssh.port ?? 22}` }
        : w.hosts.wayTo(target);
    },
  };
  return { hosts, dialled, ways };
}

const ghostly = (names: readonly string[]): string[] => names.filter((name) => name.startsWith('ghost'));

told(
  'a real server with very many hosts in its roster: some are looked at, and one note says so',
  async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    await forge(w, 'rs1', ...ghosts(19_000));
    const { hosts, dialled, ways } = watched(w);
    const plan = await w.plan(shop, {}, hosts);
    t.is(ghostly(dialled).length, 16);
    t.is(new Set(ghostly(ways)).size, 16, 'no way is looked up for the others');
    t.deepEqual(
      plan.hosts.map(({ host }) => host),
      ['lb1', 'rs1', 'rs2'],
    );
    const text = w.text(plan);
    t.regex(
      partOf(w, plan, 'rs1'),
      /only the roster of rs1 names ghost0 \(10\.66\.0\.0\), .* and 11 more: each is unreachable, so it is left alone/,
    );
    t.regex(partOf(w, plan, 'rs1'), /its roster names 18984 more places, which are not looked at/);
    t.true(text.length < 2000, `${text.length}`);
  },
);

told('a real server that leaves with very many hosts in its roster leaves none of them behind', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  await forge(w, 'rs1', ...ghosts(300));
  const { hosts, dialled } = watched(w);
  const plan = await w.plan(withoutRs1, {}, hosts);
  t.is(ghostly(dialled).length, 16);
  t.deepEqual(plan.hosts.map(({ host }) => host).toSorted(), ['lb1', 'rs1', 'rs2']);
  t.regex(partOf(w, plan, 'rs1'), /only the roster of rs1 names ghost0 .*unreachable/);
  t.regex(partOf(w, plan, 'rs1'), /its roster names 284 more places/);
  t.deepEqual(outcomes(await w.apply(plan, hosts)), { lb1: 'changed', rs1: 'changed', rs2: 'changed' });
  t.deepEqual((await read(w, 'lb1')).roster.map(({ host }) => host).toSorted(), ['lb1', 'rs2']);
  t.is(w.text(await w.plan(withoutRs1, {}, hosts)), 'No changes: 2 hosts are as wanted.\n');
});

const many = Array.from({ length: 20 }, (_, at) => `10.0.1.${at + 10}`);
const clusters = (withOld: boolean): string => `name: shop
clusters:
  web:
    mode: dr
    vip: 10.0.0.1
    directors: { lb1: 10.0.0.2/16 }
    real_servers: { rs1: 10.0.0.7 }
    services: [{ port: 80 }]
${
  withOld
    ? `  old:
    mode: dr
    vip: 10.0.1.1
    directors: { lb2: 10.0.1.2/16 }
    real_servers: { ${many.map((address, at) => `old${at}: ${address}`).join(', ')} }
    services: [{ port: 80 }]
`
    : ''
}`;

told(
  'a cluster that leaves as a whole is found, however many real servers it has, and cleaned up',
  async (t) => {
    const w = await world(t, clusters(true));
    const blank = await w.sim.shell('old19', wholeTree);
    await w.settle(clusters(true));
    w.sim.cut('old3', true);
    const plan = await w.plan(clusters(false));
    const gone = plan.hosts.filter(({ departed }) => departed);
    t.deepEqual(
      gone.map(({ host }) => host).toSorted(),
      ['lb2', ...many.map((_, at) => `old${at}`)].toSorted(),
    );
    // By the word of the others its director was one, so what it names is remembered.
    t.is(gone.find(({ host }) => host === 'old3')?.state.is, 'unreachable');
    const results = outcomes(await w.apply(plan));
    t.is(results['old3'], 'unreachable');
    t.is(results['old19'], 'changed');
    t.is(await w.sim.shell('old19', wholeTree), blank);
    t.deepEqual((await read(w, 'lb1')).roster.map(({ host }) => host).toSorted(), ['lb1', 'old3', 'rs1']);
    w.sim.cut('old3', false);
    await w.settle(clusters(false));
  },
);

told('a real server’s word does not make a director forget a host that is away', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const { machine: own } = await read(w, 'rs1');
  // The director has not met the machine of rs2 itself.
  const known = await read(w, 'lb1');
  const roster = known.roster.map(({ machine, ...rest }) =>
    rest.host === 'rs2' || machine === undefined ? rest : { ...rest, machine },
  );
  await writeFile(join(w.sim.root('lb1'), manifest), JSON.stringify({ ...known, roster }));
  await forge(w, 'rs1', entry('rs2', '172.16.100.8', own === undefined ? {} : { machine: own }));
  w.sim.cut('rs2', true);
  const plan = await w.plan(withoutRs2);
  t.is(plan.hosts.find(({ host }) => host === 'rs2')?.state.is, 'unreachable');
  t.notRegex(w.text(plan), /rs2 is now called/);
  await w.apply(plan);
  w.sim.cut('rs2', false);
  await w.settle(withoutRs2);
  t.is(await holdsVip(w, 'rs2'), '0\n');
});

told('a real server’s word makes no rename, and is believed where a director kept its name', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const { machine: own = {} } = await read(w, 'rs1');
  const { machine: director = {} } = await read(w, 'lb1');
  await forge(
    w,
    'rs2',
    entry('old', '10.66.0.1', { machine: own }),
    entry('rs2', '10.66.0.2', { machine: (await read(w, 'rs2')).machine ?? {} }),
    entry('lb1', '10.66.0.3', { machine: director }),
  );
  const plan = await w.plan(shop, {}, watched(w).hosts);
  const part = partOf(w, plan, 'rs2');
  t.notRegex(w.text(plan), /now called/);
  t.regex(
    part,
    /only the roster of rs2 names old \(10\.66\.0\.1\), rs2 \(10\.66\.0\.2\): each is unreachable/,
  );
  t.regex(part, /only the roster of rs2 names lb1 \(10\.66\.0\.3\): it was there before/);
});

told('a host that stays behind when an inventory gets a new name is told by each plan', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const store = withoutRs2.replace('name: shop', 'name: store');
  const plan = await w.plan(store, { takeOver: ['shop'] });
  const behind =
    /the inventory shop also had rs2 \(172\.16\.100\.8\): it is not in this inventory, so it stays as it is/;
  t.regex(partOf(w, plan, 'lb1'), behind);
  t.deepEqual(outcomes(await w.apply(plan)), { lb1: 'changed', rs1: 'changed' });
  await w.settle(store);
  t.regex(partOf(w, await w.plan(store), 'lb1'), behind);
  t.regex(partOf(w, await w.plan(store, { destroy: true }), 'lb1'), behind);
  // It is no host of this inventory, so it is no failure that it is away, and it is not forgotten for that.
  w.sim.cut('rs2', true);
  const away = await w.plan(store.replace('weight: 2', 'weight: 3'));
  t.deepEqual(
    away.hosts.map(({ state }) => state.is),
    ['ready', 'ready'],
  );
  t.regex(partOf(w, away, 'lb1'), behind);
  await w.apply(away);
  w.sim.cut('rs2', false);
  t.is(await holdsVip(w, 'rs2'), '1\n');
  // The way out that the note names.
  const back = shop.replace('name: shop', 'name: store');
  await w.apply(await w.plan(back, { takeOver: ['shop'] }));
  await w.settle(store);
  t.is(await holdsVip(w, 'rs2'), '0\n');
});

told('a host that stays behind can be forgotten', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const store = withoutRs2.replace('name: shop', 'name: store');
  await w.apply(await w.plan(store, { takeOver: ['shop'] }));
  await w.apply(await w.plan(store, { forget: ['rs2'] }));
  t.notRegex(w.text(await w.plan(store)), /rs2/);
});

told('what only a real server says of a host is told under that real server, with its name', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const key = `SHA256:${'A'.repeat(43)}`;
  await forge(
    w,
    'rs1',
    ...Array.from({ length: 300 }, (_, at) => entry(`evil${at}`, '172.16.100.2')),
    ...Array.from({ length: 300 }, () =>
      entry('lb1', '172.16.100.2', { machine: { id: '0'.repeat(32), key } }),
    ),
  );
  const known = await read(w, 'rs1');
  // One host can be said to be another machine once only: the honest entry comes first.
  await writeFile(
    join(w.sim.root('rs1'), manifest),
    JSON.stringify({ ...known, roster: known.roster.toReversed() }),
  );
  const plan = await w.plan(shop);
  t.is(partOf(w, plan, 'lb1'), '');
  const part = partOf(w, plan, 'rs1');
  t.regex(part, /only the roster of rs1 has other names: evil299 for lb1, .* and 11 more/);
  t.regex(part, /only the roster of rs1 has other machines: lb1 \(machine-id 0{32}\)/);
  t.is(part.split('\n').length, 5, part);
});

told('a director’s word of a name is told with whose roster it is', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const known = await read(w, 'lb1');
  const roster = known.roster.map((each) => (each.host === 'rs1' ? { ...each, host: 'older' } : each));
  await writeFile(join(w.sim.root('lb1'), manifest), JSON.stringify({ ...known, roster }));
  t.regex(partOf(w, await w.plan(shop), 'rs1'), /\(older is now called rs1, by the roster of lb1\)/);
});

told('a real server chooses neither user nor sudo', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const folder = join(w.sim.root('rs3'), '.sim/bin');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'sudo'),
    '#!/bin/sh\necho "$*" >> "$LVSFORM_ROOT/sudo.log"\nshift\nexec "$@"\n',
  );
  await chmod(join(folder, 'sudo'), 0o755);
  await forge(
    w,
    'rs1',
    { host: 'db', ssh: { host: '172.16.100.9', user: 'deploy', sudo: true } },
    { host: 'core', ssh: { host: '172.16.100.3', user: 'deploy', sudo: false } },
  );
  const { hosts, dialled } = watched(w);
  const plan = await w.plan(shop, {}, hosts);
  t.is(await w.sim.shell('rs3', 'cat sudo.log 2>/dev/null || true'), '');
  t.deepEqual(
    dialled.filter((name) => name === 'db' || name === 'core'),
    [],
  );
  t.deepEqual(
    plan.hosts.map(({ host }) => host),
    ['lb1', 'rs1', 'rs2'],
  );
  const part = partOf(w, plan, 'rs1');
  t.regex(part, /names db \(172\.16\.100\.9\): it is not looked at, since it wants the user deploy and sudo/);
  t.regex(part, /names core \(172\.16\.100\.3\): .* the user deploy without sudo/);
  await t.throwsAsync(w.forget(shop, 'db'), { message: /it wants the user deploy and sudo/ });
  // The same login as the inventory has for a host of its own is no choice.
  const usual = shop.replace('rs2: 172.16.100.8', 'rs2: { address: 172.16.100.8, ssh: { user: deploy } }');
  const other = watched(w);
  await w.plan(usual, {}, other.hosts);
  t.true(other.dialled.includes('core'));
});

told('the only director of a cluster can be replaced: real servers know where it was', async (t) => {
  const w = await world(t, all);
  const blank = await w.sim.shell('lb1', wholeTree);
  await w.settle(shop);
  const replaced = shop.replace('lb1: 172.16.100.2', 'lb2: 172.16.100.3');
  await w.settle(replaced);
  t.is(await w.sim.shell('lb1', wholeTree), blank);
  t.is(await holdsVip(w, 'lb2'), '1\n');
});

told(
  'a place that only hearsay names and that fails is a note: no failure, and no advice to trust it',
  async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    await forge(w, 'rs1', entry('core-db', '10.66.0.1'), entry('core-web', '10.66.0.2'));
    const { hosts } = watched(w);
    const advice = 'ssh-keyscan core-db >> known_hosts, or run again with --host-key accept-new';
    const plan = await w.plan(
      shop,
      {},
      {
        ...hosts,
        run: (target, script, within) =>
          target.name === 'core-db'
            ? Promise.reject(new HostFailure(advice, { reason: 'host-key' }))
            : hosts.run(target, script, within),
      },
    );
    t.deepEqual(
      plan.hosts.map(({ host, state }) => `${host} ${state.is}`),
      ['lb1 ready', 'rs1 ready', 'rs2 ready'],
    );
    t.is(
      w.text(plan).split('\n').slice(1).join('\n'),
      `  (only the roster of rs1 names core-db (10.66.0.1): it shows a host key that is not the known one, so it is left alone)
  (only the roster of rs1 names core-web (10.66.0.2): it is unreachable, so it is left alone)

No changes: 3 hosts are as wanted.
`,
    );
  },
);
