import test, { type ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { hasChanges } from '../../src/plan/plan.ts';
import { HostFailure, type Hosts } from '../../src/port.ts';
import { dr, named } from '../support/inventories.ts';
import { outcomes, wholeTree, world, type World } from '../support/world.ts';

/** Machines for all inventories here; the names are those of the machines. */
const all = dr.replace(
  '      rs2: 172.16.100.8\n',
  '      rs2: 172.16.100.8\n      rs3: 172.16.100.9\n      lb2: 172.16.100.3\n',
);
const shop = dr.replace('name: test', 'name: shop');
const withoutRs2 = shop.replace(/\n +rs2: .*/, '');
const api = `name: api
clusters:
  api:
    mode: dr
    vip: 172.16.100.5
    directors: { lb1: 172.16.100.2/24 }
    real_servers: { rs3: 172.16.100.9 }
    services: [{ port: 443 }]
`;

/** All at once, the hosts would wait longer than they are patient. */
const atOnce = pLimit(3);
const told = (title: string, tell: (t: ExecutionContext) => Promise<void>): void =>
  test(title, (t) => atOnce(() => tell(t)));

const trees = (w: World, ...hosts: string[]): Promise<string[]> =>
  Promise.all(hosts.map((host) => w.sim.shell(host, wholeTree)));
const manifest = 'var/lib/lvsform/manifest.json';
const read = async (w: World, host: string) => JSON.parse(await w.sim.shell(host, `cat ${manifest}`));
const edit = (w: World, host: string, from: string, to: string): Promise<string> =>
  w.sim.shell(host, `sed -i 's#${from}#${to}#' ${manifest}`);
const holdsVip = (w: World, host: string): Promise<string> =>
  w.sim.shell(host, 'ip -o -4 addr show | grep -c 172.16.100.1/32 || true');

told('a host with a new name is the same host: nothing is torn down', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const renamed = shop.replace('rs1:', 'web1:');
  const plan = await w.plan(renamed);
  t.regex(w.text(plan), /rs1 is now called web1/);
  t.deepEqual(plan.dangers, []);
  t.deepEqual(plan.hosts.map(({ host }) => host).toSorted(), ['lb1', 'rs2', 'web1']);
  await w.settle(renamed);
  t.is(await holdsVip(w, 'rs1'), '1\n');
  t.notRegex(w.text(await w.plan(renamed)), /called/, 'it is said once');
});

told('a director with a new name is the same host, too', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const renamed = shop.replace('lb1:', 'balancer:');
  const plan = await w.plan(renamed);
  t.deepEqual(plan.dangers, []);
  await w.settle(renamed);
  t.is(await holdsVip(w, 'lb1'), '1\n');
});

told('an inventory that holds one host of another is refused, and nothing is changed anywhere', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const before = await trees(w, 'lb1', 'rs1', 'rs2', 'lb2');
  const split = `name: other
clusters:
  web:
    mode: dr
    vip: 172.16.100.1
    directors: { lb2: 172.16.100.3/24 }
    real_servers: { rs2: 172.16.100.8 }
    services: [{ port: 80 }]
`;
  const plan = await w.plan(split);
  t.deepEqual(plan.hosts.map(({ host }) => host).toSorted(), ['lb2', 'rs2']);
  t.regex(
    w.text(plan),
    /it belongs to the inventory shop since 20\d\d-[^]*lvsform forget rs2[^]*--take-over shop/,
  );
  t.deepEqual(outcomes(await w.apply(plan)), { lb2: 'skipped', rs2: 'blocked' });
  t.deepEqual(await trees(w, 'lb1', 'rs1', 'rs2', 'lb2'), before);
});

told('a second inventory on one director is refused; together in one inventory they are fine', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const before = await trees(w, 'lb1', 'rs1', 'rs2', 'rs3');
  t.deepEqual(outcomes(await w.apply(await w.plan(api))), { lb1: 'blocked', rs3: 'skipped' });
  t.deepEqual(await trees(w, 'lb1', 'rs1', 'rs2', 'rs3'), before);
  const both = `${shop}${api.replace('name: api\nclusters:\n', '')}`;
  await w.settle(both);
  const table = await w.sim.shell('lb1', 'ipvsadm -Sn');
  t.regex(table, /-t 172\.16\.100\.1:80 /);
  t.regex(table, /-t 172\.16\.100\.5:443 /);
});

told('--take-over names what the old owner loses, and is a danger', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const plan = await w.plan(api, { takeOver: ['shop'] });
  t.regex(
    plan.dangers[0]!,
    /^lb1 is taken over from the inventory shop \(since 20\d\d.*removed there: .*tcp 172\.16\.100\.1:80/,
  );
  t.deepEqual(plan.dangers.slice(1), [
    'lb1: virtual service tcp 172.16.100.1:80 is removed',
    'lb1: the VIP 172.16.100.1 is removed',
  ]);
  const left = await trees(w, 'rs1', 'rs2');
  await w.apply(plan);
  await w.settle(api);
  t.deepEqual(await trees(w, 'rs1', 'rs2'), left, 'the other hosts of the old owner are not ours');
  t.like(await read(w, 'lb1'), { owner: { inventory: 'api' } });
  t.regex(w.text(await w.plan(shop)), /lb1: cannot be changed\n.*belongs to the inventory api/);
});

told('destroy leaves the hosts of another owner as they are', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const before = await trees(w, 'lb1');
  const plan = await w.plan(api, { destroy: true });
  t.false(hasChanges(plan));
  t.regex(w.text(plan), /belongs to the inventory shop since .*: nothing there is ours/);
  await w.apply(plan);
  t.deepEqual(await trees(w, 'lb1'), before);
});

told('a host that writes another owner’s host into its roster does not have it touched', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const other = `name: other
clusters:
  db:
    mode: dr
    vip: 172.16.100.6
    directors: { lb2: 172.16.100.3/24 }
    real_servers: { rs3: 172.16.100.9 }
    services: [{ port: 5432 }]
`;
  await w.settle(other);
  const before = await trees(w, 'lb2', 'rs3');
  await edit(
    w,
    'rs1',
    '"roster":\\[',
    '"roster":[{"host":"lb2","ssh":{"host":"172.16.100.3","sudo":false}},',
  );
  const plan = await w.plan(shop);
  t.deepEqual(
    plan.hosts.filter(({ departed }) => departed),
    [],
  );
  t.regex(
    w.text(plan),
    /only the roster of rs1 names lb2 \(172\.16\.100\.3\): it belongs to the inventory other now/,
  );
  await w.settle(shop);
  t.deepEqual(await trees(w, 'lb2', 'rs3'), before);
});

told(
  'an inventory of the same name elsewhere is not taken for ours: its hosts know none of ours',
  async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    const namesake = `name: shop
clusters:
  db:
    mode: dr
    vip: 172.16.100.6
    directors: { lb2: 172.16.100.3/24 }
    real_servers: { rs3: 172.16.100.9 }
    services: [{ port: 5432 }]
`;
    await w.settle(namesake);
    const before = await trees(w, 'lb2', 'rs3');
    await edit(
      w,
      'rs1',
      '"roster":\\[',
      '"roster":[{"host":"lb2","ssh":{"host":"172.16.100.3","sudo":false}},',
    );
    const plan = await w.plan(shop);
    t.deepEqual(
      plan.hosts.filter(({ departed }) => departed),
      [],
    );
    t.regex(
      w.text(plan),
      /only the roster of rs1 names lb2 .*: it is not touched: its own manifest names no host of this inventory/,
    );
    await w.apply(plan);
    t.deepEqual(await trees(w, 'lb2', 'rs3'), before);
  },
);

told('a name that one host made up and that does not answer reaches no other manifest', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  await edit(
    w,
    'rs1',
    '"roster":\\[',
    '"roster":[{"host":"ghost","ssh":{"host":"172.16.100.77","sudo":false}},',
  );
  const plan = await w.plan(shop.replace('weight: 2', 'weight: 3'));
  t.false(plan.hosts.some(({ host }) => host === 'ghost'));
  t.regex(w.text(plan), /only the roster of rs1 names ghost \(172\.16\.100\.77\): it is unreachable/);
  await w.apply(plan);
  t.notRegex(await w.sim.shell('lb1', `cat ${manifest}`), /ghost/);
  t.notRegex(await w.sim.shell('rs2', `cat ${manifest}`), /ghost/);
});

told('a host that has left is cleaned up by its own word, and never twice', async (t) => {
  const w = await world(t, all);
  const [blank] = await trees(w, 'rs2');
  await w.settle(shop);
  const plan = await w.plan(withoutRs2);
  t.deepEqual(plan.dangers, ['1 of 3 hosts leaves the inventory: rs2']);
  await w.settle(withoutRs2);
  t.deepEqual(await trees(w, 'rs2'), [blank]);
});

told('a manifest of version 1 is adopted by the inventory that it fits, and by no other', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  // As the former version wrote it: no owner, no name, no machines.
  for (const host of ['lb1', 'rs1', 'rs2']) {
    const { owner: _, host: _h, machine: _m, version: _v, roster, ...rest } = await read(w, host);
    const old = {
      version: 1,
      ...rest,
      roster: roster.map(({ host: name, ssh }: never) => ({ host: name, ssh })),
    };
    await w.sim.shell(host, `cat > ${manifest} <<'END'\n${JSON.stringify(old)}\nEND`);
  }
  const before = await trees(w, 'lb1', 'rs3');
  // Another inventory with a cluster of the same name and one host in common, but none of the others.
  const stranger = named(
    dr.replace('rs1: { address: 172.16.100.7, weight: 2 }', 'rs3: 172.16.100.9').replace(/\n +rs2: .*/, ''),
  );
  t.deepEqual(outcomes(await w.apply(await w.plan(stranger))), { lb1: 'blocked', rs3: 'skipped' });
  t.deepEqual(await trees(w, 'lb1', 'rs3'), before);
  const plan = await w.plan(shop);
  t.regex(w.text(plan), /inventory: none -> shop/);
  t.deepEqual(plan.dangers, []);
  await w.settle(shop);
  t.like(await read(w, 'rs1'), { version: 2, owner: { inventory: 'shop' }, host: 'rs1' });
});

told('a manifest of version 1 is not adopted for the sake of names that many have', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const { owner: _, host: _h, machine: _m, version: _v, roster, ...rest } = await read(w, 'rs1');
  const other = shop
    .replace('name: shop', 'name: other')
    .replace('lb1: 172.16.100.2', 'lb1: 172.16.100.3')
    .replace(/\n +rs2: .*/, '');
  for (const known of [roster.map(({ host: name, ssh }: never) => ({ host: name, ssh })), []]) {
    const old = JSON.stringify({ version: 1, ...rest, roster: known });
    await w.sim.shell('rs1', `cat > ${manifest} <<'END'\n${old}\nEND`);
    t.regex(w.text(await w.plan(other)), /rs1: cannot be changed\n.*it belongs to the inventory web/);
  }
  t.is(await holdsVip(w, 'rs1'), '1\n');
});

told('names that were swapped follow their addresses', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const swapped = shop
    .replace('rs1: { address: 172.16.100.7, weight: 2 }', 'rs1: { address: 172.16.100.8, weight: 2 }')
    .replace('rs2: 172.16.100.8', 'rs2: 172.16.100.7');
  const plan = await w.plan(swapped);
  t.regex(w.text(plan), /rs2 is now called rs1/);
  t.regex(w.text(plan), /rs1 is now called rs2/);
  t.deepEqual(plan.dangers, []);
  await w.settle(swapped);
  t.is(await holdsVip(w, 'rs1'), '1\n');
  t.is(await holdsVip(w, 'rs2'), '1\n');
});

told('a name that moves to another machine leaves the old machine to be cleaned up', async (t) => {
  const w = await world(t, all);
  const [blank] = await trees(w, 'rs2');
  await w.settle(shop);
  const moved = shop.replace('rs2: 172.16.100.8', 'rs2: 172.16.100.9');
  const plan = await w.plan(moved);
  t.deepEqual(plan.dangers, ['1 of 4 hosts leaves the inventory: rs2@172.16.100.8']);
  await w.settle(moved);
  t.deepEqual(await trees(w, 'rs2'), [blank]);
  t.is(await holdsVip(w, 'rs3'), '1\n');
});

told('a name that moved away from a machine that no longer answers is said, and no failure', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  w.sim.cut('rs2', true);
  const moved = shop.replace('rs2: 172.16.100.8', 'rs2: 172.16.100.9');
  const plan = await w.plan(moved);
  t.regex(
    w.text(plan),
    /another machine was rs2 before, at 172\.16\.100\.8; it does not answer, so it is not cleaned up \(if it is gone for good: --forget rs2@172\.16\.100\.8/,
  );
  await w.settle(moved);
});

told('a machine that has a new address is known by its host key and machine-id', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  w.sim.readdress('rs2', '172.16.100.66');
  const readdressed = shop.replace(
    'rs2: 172.16.100.8',
    'web2: { address: 172.16.100.8, ssh: { host: 172.16.100.66 } }',
  );
  const plan = await w.plan(readdressed);
  t.deepEqual(plan.dangers, []);
  t.regex(w.text(plan), /rs2 is now called web2/);
  t.deepEqual(plan.hosts.map(({ host }) => host).toSorted(), ['lb1', 'rs1', 'web2']);
  await w.settle(readdressed);
});

told(
  'a host that takes the machine-id of one that is off does not make the others forget that one',
  async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    const id = await w.sim.shell('lb1', 'cat etc/machine-id');
    await w.sim.shell('rs1', `echo ${id.trim()} > etc/machine-id`);
    w.sim.cut('lb1', true);
    const replaced = shop.replace('lb1: 172.16.100.2', 'lb2: 172.16.100.3');
    const plan = await w.plan(replaced);
    t.regex(w.text(plan), /only the roster of rs1, rs2 names lb1 \(172\.16\.100\.2\): it is unreachable/);
    await w.apply(plan);
    w.sim.cut('lb1', false);
    await w.settle(replaced);
    t.is(await holdsVip(w, 'lb1'), '0\n');
  },
);

told(
  'one machine under two entries, of the roster of a host that lies as well, is cleaned up once',
  async (t) => {
    const w = await world(t, all);
    const [blank] = await trees(w, 'rs2');
    await w.settle(shop);
    for (const entry of [
      '{"host":"rs2","ssh":{"host":"172.16.100.8","port":22,"sudo":false}}',
      '{"host":"old","ssh":{"host":"172.16.100.8","user":"eve","sudo":true}}',
    ]) {
      await edit(w, 'rs1', '"roster":\\[', `"roster":[${entry},`);
    }
    const plan = await w.plan(withoutRs2);
    t.deepEqual(plan.dangers, ['1 of 3 hosts leaves the inventory: rs2']);
    t.is(plan.hosts.find(({ host }) => host === 'rs2')?.ssh.sudo, false, 'the director knows the way');
    await w.settle(withoutRs2);
    t.deepEqual(await trees(w, 'rs2'), [blank]);
  },
);

told('a host of the inventory that is not reached now is not torn down by another way', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  // Another address of it is in use; it calls itself rs2.
  await w.sim.shell('rs2', "sed -i 's/172.16.100.8/172.16.100.88/' .sim/addresses");
  const moved = shop.replace('rs2: 172.16.100.8', 'rs2: 172.16.100.66');
  const plan = await w.plan(moved);
  t.deepEqual(
    plan.hosts.filter(({ departed }) => departed),
    [],
  );
  t.regex(
    w.text(plan),
    /rs2@172\.16\.100\.8 calls itself rs2, which is in the inventory and was not reached/,
  );
  await w.apply(plan);
  t.is(await holdsVip(w, 'rs2'), '1\n');
});

told('--limit looks for no host that has left, and forgets none', async (t) => {
  const w = await world(t, all);
  const [blank] = await trees(w, 'rs2');
  await w.settle(shop);
  await w.apply(await w.plan(withoutRs2, { selection: { limit: ['lb1'], exclude: [] } }));
  await w.settle(withoutRs2);
  t.deepEqual(await trees(w, 'rs2'), [blank]);
});

told('a host that has left keeps what a director may use that is not in the plan', async (t) => {
  const w = await world(t, all);
  const pair = shop.replace('lb1: 172.16.100.2/24', 'lb1: 172.16.100.2/24\n      lb2: 172.16.100.3/24');
  await w.settle(pair);
  const less = pair.replace(/\n +rs2: .*/, '');
  const plan = await w.plan(less, { selection: { limit: [], exclude: ['lb1'] } });
  const results = await w.apply(plan);
  t.regex(
    results.find(({ host }) => host === 'rs2')?.message ?? '',
    /lb1 may still send to it, and is not in this plan/,
  );
  t.is(await holdsVip(w, 'rs2'), '1\n');
});

told(
  'a copy of the inventory with the same name, for one host of it: what it loses is a danger',
  async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    const copy = `name: shop
clusters:
  db:
    mode: dr
    vip: 172.16.100.6
    directors: { lb2: 172.16.100.3/24 }
    real_servers: { rs1: 172.16.100.7 }
    services: [{ port: 5432 }]
`;
    const plan = await w.plan(copy, { selection: { limit: ['rs1'], exclude: [] } });
    t.deepEqual(plan.dangers, ['rs1: leaves the cluster web and gives up 172.16.100.1']);
  },
);

told('a host that is made up is not given up: forget looks as plan does', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const namesake = api
    .replace('name: api', 'name: shop')
    .replace('lb1: 172.16.100.2/24', 'lb2: 172.16.100.3/24');
  await w.settle(namesake);
  await edit(
    w,
    'rs1',
    '"roster":\\[',
    '"roster":[{"host":"old","ssh":{"host":"172.16.100.3","sudo":false}},',
  );
  await t.throwsAsync(w.forget(shop, 'old'), { message: /its own manifest names no host of this inventory/ });
});

told(
  'a host that the director still sends to is not torn down, however its new entry is reached',
  async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    const elsewhere = shop.replace(
      'rs2: 172.16.100.8',
      'web2: { address: 172.16.100.8, ssh: { host: 172.16.100.66 } }',
    );
    const plan = await w.plan(elsewhere);
    t.deepEqual(
      plan.hosts.filter(({ departed }) => departed),
      [],
    );
    t.regex(
      w.text(plan),
      /rs2 has the address 172\.16\.100\.8 of web2, so lvsform takes it for web2 and does not clean it up/,
    );
    await w.apply(plan);
    t.is(await holdsVip(w, 'rs2'), '1\n');
  },
);

told('a machine that was set up anew under its old name is said to be another one, and set up', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  await w.sim.shell(
    'rs2',
    'rm -rf var/lib/lvsform && echo 0123456789abcdef0123456789abcdef > etc/machine-id',
  );
  const plan = await w.plan(shop);
  t.regex(w.text(plan), /it is another machine than before, by the roster of lb1 \(machine-id /);
  t.deepEqual(plan.dangers, []);
  await w.settle(shop);
  t.notRegex(w.text(await w.plan(shop)), /another machine/);
});

told('clones are different machines: a note, no teardown, no error', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const id = '0123456789abcdef0123456789abcdef';
  for (const host of ['rs1', 'rs2', 'rs3']) await w.sim.shell(host, `echo ${id} > etc/machine-id`);
  t.regex(w.text(await w.plan(shop)), new RegExp(`rs1, rs2 have one machine-id ${id}: they are clones`));
  await w.settle(shop);
  // A clone that left the inventory is cleaned up, though its twin stays.
  const plan = await w.plan(withoutRs2);
  t.deepEqual(
    plan.hosts.filter(({ departed }) => departed).map(({ host }) => host),
    ['rs2'],
  );
  await w.settle(withoutRs2);
  t.is(await holdsVip(w, 'rs2'), '0\n');
  t.is(await holdsVip(w, 'rs1'), '1\n');
});

told('a clone that carries the manifest of its original is a new host', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  await w.sim.shell('rs3', 'cp -a ../rs1/var/lib/lvsform var/lib/ && cp ../rs1/etc/machine-id etc/');
  const more = shop.replace('rs2: 172.16.100.8', 'rs2: 172.16.100.8\n      rs3: 172.16.100.9');
  const plan = await w.plan(more);
  t.regex(w.text(plan), /it has a copy of the manifest of rs1: it is a clone of rs1/);
  t.deepEqual(plan.dangers, []);
  await w.settle(more);
  t.is(await holdsVip(w, 'rs1'), '1\n');
  t.is(await holdsVip(w, 'rs3'), '1\n');
});

told('two entries that meet one machine are refused by both names', async (t) => {
  const w = await world(t, all);
  const before = await trees(w, 'lb1', 'rs1', 'rs2');
  const twice = shop.replace(
    'rs2: 172.16.100.8',
    'rs2: { address: 172.16.100.8, ssh: { host: 172.16.100.7 } }',
  );
  const plan = await w.plan(twice);
  t.regex(w.text(plan), /rs1 and rs2 are one machine: keep one entry for it in the inventory/);
  t.deepEqual(outcomes(await w.apply(plan)), { lb1: 'skipped', rs1: 'blocked', rs2: 'blocked' });
  t.deepEqual(await trees(w, 'lb1', 'rs1', 'rs2'), before);
});

told('--forget is refused for a host that is there, that answers, or that no host knows', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  await t.throwsAsync(w.plan(shop, { forget: ['rs2'] }), { message: /rs2: the host is in the inventory/ });
  await t.throwsAsync(w.plan(shop, { forget: ['rs7'] }), {
    message: /rs7: no host that was read knows of it/,
  });
  await t.throwsAsync(w.plan(withoutRs2, { forget: ['rs2'] }), {
    message: /rs2: the host answers, and it is still set up/,
  });
});

told('a host that was given up goes on as it is, and another inventory may have it', async (t) => {
  const w = await world(t, all);
  const [blank] = await trees(w, 'lb1');
  await w.settle(shop);
  const runs = 'ipvsadm -Sn; ip -o -4 addr show; ls -R etc usr; cat .sim/units/*';
  const before = await w.sim.shell('lb1', runs);
  const plan = await w.forget(shop, 'lb1');
  t.regex(w.text(plan), /inventory: shop -> none, given up by shop/);
  t.deepEqual(outcomes(await w.apply(plan)), { lb1: 'changed' });
  t.is(await w.sim.shell('lb1', runs), before);
  t.false(hasChanges(await w.forget(shop, 'lb1')), 'once');
  // The next owner says what it removes of what it finds, and knows what was there before lvsform.
  const taken = await w.plan(api);
  t.regex(taken.dangers[0]!, /^lb1: removes what the inventory shop left there: .*tcp 172\.16\.100\.1:80/);
  await w.settle(api);
  t.regex(w.text(await w.plan(shop)), /belongs to the inventory api/);
  await w.settle(api, { destroy: true });
  t.deepEqual(await trees(w, 'lb1'), [blank]);
});

told(
  'a host that was given up belongs to nobody: no destroy takes it down, of whichever inventory',
  async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    await w.apply(await w.forget(shop, 'rs2'));
    const before = await trees(w, 'rs2');
    const other = api
      .replace('rs3: 172.16.100.9', 'rs2: 172.16.100.8')
      .replace('lb1: 172.16.100.2', 'lb2: 172.16.100.3');
    for (const text of [other, shop]) {
      const plan = await w.plan(text, { destroy: true });
      t.regex(
        w.text(plan),
        /rs2 .*\n +\(the inventory shop gave it up at 20\d\d-\S+: nothing there is ours\)/,
      );
      t.false(plan.transactions.some(({ host }) => host === 'rs2'));
      const results = await w.apply(plan);
      t.is(outcomes(results)['rs2'], 'ok');
      t.deepEqual(await trees(w, 'rs2'), before);
    }
    t.is(await holdsVip(w, 'rs2'), '1\n');
    t.is(await w.sim.shell('lb1', 'ipvsadm -Sn'), '', 'what is still of shop is gone');
  },
);

told('only the owner can give a host up, and one that has left can be given up as well', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  t.regex(w.text(await w.forget(api, 'lb1')), /only that one can give it up/);
  await t.throwsAsync(w.forget(shop, 'lb7'), {
    message: /lb7 is not in the inventory, and no host that was read knows lb7/,
  });
  t.deepEqual(outcomes(await w.apply(await w.forget(withoutRs2, 'rs2'))), { rs2: 'changed' });
  t.is(await holdsVip(w, 'rs2'), '1\n');
  const plan = await w.plan(withoutRs2);
  t.deepEqual(plan.dangers, []);
  t.regex(w.text(plan), /rs2 was given up/);
  await w.settle(withoutRs2);
  t.is(await holdsVip(w, 'rs2'), '1\n');
});

told(
  '--exclude leaves a host alone that has left the inventory, and the others go on to know it',
  async (t) => {
    const w = await world(t, all);
    const [blank] = await trees(w, 'rs2');
    await w.settle(shop);
    const before = await trees(w, 'rs2');
    const exclude = (name: string) => ({ selection: { limit: [], exclude: [name] } });
    const plan = await w.plan(withoutRs2, exclude('rs2'));
    t.regex(
      w.text(plan),
      /rs2 is no longer in the inventory, and is left as it is, since --exclude names it/,
    );
    t.false(plan.hosts.some(({ host }) => host === 'rs2'));
    await w.apply(plan);
    t.deepEqual(await trees(w, 'rs2'), before);
    t.false(hasChanges(await w.plan(withoutRs2, exclude('rs2'))));
    await t.throwsAsync(w.plan(withoutRs2, exclude('rs22')), {
      message: /no host fits rs22: did you mean rs2\?/,
    });
    await w.settle(withoutRs2);
    t.deepEqual(await trees(w, 'rs2'), [blank]);
  },
);

told('destroy under a name that owns none of the hosts is refused, and names their owner', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const before = await trees(w, 'lb1', 'rs1', 'rs2');
  const misspelt = shop.replace('name: shop', 'name: shpo');
  await t.throwsAsync(w.plan(misspelt, { destroy: true }), {
    message: /only what the inventory shpo owns, but all hosts that were read belong to another: shop/,
  });
  t.deepEqual(await trees(w, 'lb1', 'rs1', 'rs2'), before);
});

told('--take-over of an inventory that owns none of the hosts is refused', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  await t.throwsAsync(w.plan(api, { takeOver: ['shopp'] }), {
    message: /--take-over shopp: no host that was read belongs to the inventory shopp/,
  });
});

told('a roster of very many places where nobody answers holds a plan up for one round of them', async (t) => {
  const w = await world(t, all);
  await w.settle(shop);
  const ghosts = Array.from({ length: 400 }, (_, at) => ({
    host: `ghost${at}`,
    ssh: { host: `10.99.${at >> 8}.${at & 255}`, sudo: false },
  }));
  const known = await read(w, 'lb1');
  await w.sim.shell(
    'lb1',
    `printf '%s' '${JSON.stringify({ ...known, roster: [...known.roster, ...ghosts] })}' > ${manifest}`,
  );
  let asked = 0;
  const hosts: Hosts = {
    runAnew: (target, script) => w.hosts.runAnew(target, script),
    release: (target) => w.hosts.release(target),
    run: (target, script, within) => {
      if (!target.name.startsWith('ghost')) return w.hosts.run(target, script, within);
      asked += 1;
      return Promise.reject(new HostFailure('nobody answers'));
    },
    wayTo: (target) =>
      target.name.startsWith('ghost') ? { place: `${target.ssh.host}:22` } : w.hosts.wayTo(target),
  };
  const plan = await w.plan(shop, {}, hosts);
  t.is(asked, 48);
  t.regex(w.text(plan), /352 more places .* were not looked at, since 48 others do not answer/);
  await w.apply(plan, hosts);
  const after = await read(w, 'lb1');
  t.deepEqual(
    ghosts.filter(({ host }) => !after.roster.some((each: { host: string }) => each.host === host)),
    [],
    'none is forgotten',
  );
});
