import test from 'ava';
import { families } from '../../src/model/family.ts';
import { dr } from '../support/inventories.ts';
import { outcomes, wholeTree, world } from '../support/world.ts';

/** Inventories of the same three hosts, as different from one another as they can be. */
const inventories = [
  dr,
  dr
    .replace('mode: dr', 'mode: dr\n    hosts_file: false\n    time: { servers: [10.0.0.1] }')
    .replace('172.16.100.1\n', '172.16.100.99\n'),
  dr
    .replace('mode: dr', 'mode: nat')
    .replace(
      '- { port: 80, scheduler: wlc }',
      '- { port: 80, scheduler: rr, real_port: 8080, persistence: 60 }\n      - { port: 53, protocol: udp }',
    ),
  dr
    .replace('mode: dr', 'mode: nat\n    defaults: { gateway: table }')
    .replace(
      'vip: 172.16.100.1\n',
      'vips: [172.16.100.1, 172.16.100.2/32]\n'.replace('172.16.100.2/32', '172.16.100.77'),
    )
    .replace('port: 80', 'vip: 172.16.100.77, port: 80'),
];

/** A walk through all ordered pairs: every inventory is followed by every other one. */
const walk = [0, 1, 2, 3, 0, 2, 1, 3, 2, 0, 3, 1, 0];

for (const family of families) {
  test(`from every inventory to every other one, and back to blank hosts, on ${family}`, async (t) => {
    const w = await world(t, dr, () => family);
    const hosts = ['lb1', 'rs1', 'rs2'];
    const trees = (): Promise<string[]> => Promise.all(hosts.map((host) => w.sim.shell(host, wholeTree)));
    const blank = await trees();
    for (const index of walk) await w.settle(inventories[index]);
    await w.settle(undefined, { destroy: true });
    t.deepEqual(await trees(), blank);
  });
}

test('two applies at once: each host is changed by one of them, and in the end all is well', async (t) => {
  const w = await world(t, dr);
  const [first, second] = await Promise.all([w.plan(), w.plan()]);
  const both = (await Promise.all([w.apply(first), w.apply(second)])).map(outcomes);
  for (const host of ['rs1', 'rs2']) {
    const seen = both.map((each) => each[host]!);
    t.is(seen.filter((each) => each === 'changed').length, 1, JSON.stringify(both));
    t.true(
      seen.every((each) => ['changed', 'locked', 'stale'].includes(each)),
      JSON.stringify(both),
    );
  }
  await w.settle();
});

test('a manifest of a newer lvsform is left alone, and said so', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  await w.sim.shell(
    'rs1',
    `sed -i 's/"kind":"route"/"kind":"teleport"/; s/route:172/teleport:172/' var/lib/lvsform/manifest.json`,
  );
  t.regex(
    w.text(await w.plan()),
    /rs1: cannot be changed\n.*manifest\.json has a resource of the kind teleport/,
  );
});
