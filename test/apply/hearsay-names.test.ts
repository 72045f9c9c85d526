import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  all,
  entry,
  forge,
  holdsVip,
  manifest,
  partOf,
  read,
  shop,
  told,
  watched,
  withoutRs2,
} from '../support/rumours.ts';
import { outcomes, world } from '../support/world.ts';

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
    /the inventory shop also had rs2 \(172\.16\.100\.8\): it is not in this inventory, so it is left as it is/;
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
