import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HostFailure } from '../../src/port.ts';
import {
  all,
  entry,
  forge,
  ghostly,
  ghosts,
  holdsVip,
  partOf,
  read,
  shop,
  told,
  watched,
  withoutRs1,
} from '../support/rumours.ts';
import { outcomes, wholeTree, world } from '../support/world.ts';

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
  t.regex(
    part,
    /names db \(172\.16\.100\.9\): it is not looked at, since its roster entry asks for the user deploy and sudo/,
  );
  t.regex(part, /names core \(172\.16\.100\.3\): .* the user deploy without sudo/);
  await t.throwsAsync(w.forget(shop, 'db'), { message: /asks for the user deploy and sudo/ });
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
