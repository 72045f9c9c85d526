import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { all, holdsVip, manifest, read, shop, told } from '../support/rumours.ts';
import { outcomes, wholeTree, world } from '../support/world.ts';

/*
 * The cluster old leaves the inventory while all its hosts are away. What is known of its real servers then, its director
 * alone knows.
 */

const many = Array.from({ length: 20 }, (_, at) => `10.0.1.${at + 10}`);
const old = `  old:
    mode: dr
    vip: 10.0.1.1
    directors: { lb2: 10.0.1.2/16 }
    real_servers: { ${many.map((address, at) => `old${at}: ${address}`).join(', ')} }
    services: [{ port: 80 }]
`;
const web = `name: shop
clusters:
  web:
    mode: dr
    vip: 10.0.0.1
    directors: { lb1: 10.0.0.2/16 }
    real_servers: { rs1: 10.0.0.7 }
    services: [{ port: 80 }]
`;
const servers = many.map((_, at) => `old${at}`);

told(
  'a director that comes back after its real servers have left the inventory passes all of them on',
  async (t) => {
    const w = await world(t, web + old);
    const blank = await w.sim.shell('old19', wholeTree);
    await w.settle(web + old);
    for (const host of ['lb2', ...servers]) w.sim.cut(host, true);
    await w.apply(await w.plan(web));
    w.sim.cut('lb2', false);
    t.is(outcomes(await w.apply(await w.plan(web)))['lb2'], 'changed');
    t.deepEqual(
      (await read(w, 'lb1')).roster.map(({ host }) => host).toSorted(),
      ['lb1', 'rs1', ...servers].toSorted(),
    );
    for (const host of servers) w.sim.cut(host, false);
    await w.settle(web);
    t.is(await w.sim.shell('old19', wholeTree), blank);
  },
);

told(
  'a director that nobody knows as one is not cleaned up while it alone knows its real servers',
  async (t) => {
    const w = await world(t, web + old);
    await w.settle(web + old);
    for (const host of ['lb2', ...servers]) w.sim.cut(host, true);
    await w.apply(await w.plan(web));
    // As an lvsform wrote it that had not met lb2, and told no directors from real servers.
    const first = await read(w, 'lb1');
    const roster = first.roster.map(({ host, ssh }) => ({ host, ssh }));
    await writeFile(join(w.sim.root('lb1'), manifest), JSON.stringify({ ...first, roster }));
    w.sim.cut('lb2', false);
    const before = await w.sim.shell('lb2', wholeTree);
    const plan = await w.plan(web);
    t.regex(
      w.text(plan),
      /lb2[^]*it says that it is a director, but no director of this inventory confirms that/,
    );
    await w.apply(plan);
    t.is(await w.sim.shell('lb2', wholeTree), before);
    // One real server could make a director of any host.
    w.sim.cut('old1', false);
    await w.apply(await w.plan(web));
    t.is(await w.sim.shell('lb2', wholeTree), before);
  },
);

const replaced = shop.replace('lb1: 172.16.100.2', 'lb2: 172.16.100.3');

told('the only director is replaced, and all hosts get another user at once', async (t) => {
  const w = await world(t, all);
  const blank = await w.sim.shell('lb1', wholeTree);
  await w.settle(shop);
  await w.settle(replaced.replace('name: shop', 'name: shop\ndefaults: { ssh: { user: deploy } }'));
  t.is(await w.sim.shell('lb1', wholeTree), blank);
});

told(
  'the only director is replaced while it is away: the new one knows it, and it is cleaned up once it is back',
  async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    // A machine that is off answers for no VIP.
    await w.sim.shell('lb1', 'ip addr del 172.16.100.1/32 dev eth0 || ip addr del 172.16.100.1/24 dev eth0');
    w.sim.cut('lb1', true);
    const first = await w.apply(await w.plan(replaced.replace(/\n +rs2: .*/, '')));
    t.is(outcomes(first)['lb2'], 'changed');
    // Those that knew lb1 leave as well, and rs3 takes their place.
    const others = replaced.replace(/\n +rs2: .*/, '').replace(/rs1: .*/, 'rs3: 172.16.100.9');
    const second = await w.plan(others);
    await w.apply(second);
    t.is(await holdsVip(w, 'rs1'), '0\n', w.text(second));
    w.sim.cut('lb1', false);
    await w.apply(await w.plan(others));
    t.is(await w.sim.shell('lb1', 'ls var/lib/lvsform 2>/dev/null || true'), '');
  },
);

told('a director that becomes a real server keeps what it knows until the new one knows it', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const moved = shop
    .replace('lb1: 172.16.100.2', 'lb2: 172.16.100.3')
    .replace('rs1:', 'lb1: 172.16.100.2\n      rs1:');
  const plan = await w.plan(moved);
  w.sim.cut('lb2', true);
  await w.apply(plan);
  w.sim.cut('lb2', false);
  const known = async (): Promise<string[]> =>
    (await read(w, 'lb1')).roster.map(({ host }) => host).toSorted();
  const names = await known();
  for (const name of ['rs1', 'rs2']) t.true(names.includes(name), names.join());
  await w.settle(moved);
  w.sim.cut('rs2', true);
  const away = await w.plan(moved.replace(/\n +rs2: .*/, ''));
  t.is(away.hosts.find(({ host }) => host === 'rs2')?.state.is, 'unreachable');
});
