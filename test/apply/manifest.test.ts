import test from 'ava';
import { hasChanges } from '../../src/plan/plan.ts';
import { dr } from '../support/inventories.ts';
import { wholeTree, world, type World } from '../support/world.ts';

const rs1 = { limit: ['rs1'], exclude: [] };
const file = 'etc/systemd/system/lvs-realserver.service';
const theirs = 'what was there before lvsform\n';

/** A host on which a file of ours replaces one that was there. */
async function withTheirs(w: World): Promise<string> {
  await w.sim.shell('rs1', `printf '${theirs}' > ${file}`);
  return w.sim.shell('rs1', wholeTree);
}

for (const [how, act] of [
  ['deleted', 'rm var/lib/lvsform/manifest.json'],
  ['emptied', ': > var/lib/lvsform/manifest.json'],
  ['cut off', 'truncate -s 700 var/lib/lvsform/manifest.json'],
] as const) {
  test(`a manifest that was ${how} by hand comes back from its copy, and nothing is taken for theirs`, async (t) => {
    const w = await world(t, dr);
    const before = await withTheirs(w);
    await w.settle(undefined, { selection: rs1 });
    const manifest = await w.sim.shell('rs1', 'cat var/lib/lvsform/manifest.json');
    await w.sim.shell('rs1', act);
    const plan = await w.plan(undefined, { selection: rs1 });
    t.regex(w.text(plan), /\+ \/var\/lib\/lvsform\/manifest\.json, from its copy/);
    await w.apply(plan);
    t.deepEqual(
      JSON.parse(await w.sim.shell('rs1', 'cat var/lib/lvsform/manifest.json')).resources,
      JSON.parse(manifest).resources,
    );
    t.false(hasChanges(await w.plan(undefined, { selection: rs1 })));
    await w.sim.shell('rs1', act);
    await w.settle(undefined, { destroy: true, selection: rs1 });
    t.is(await w.sim.shell('rs1', wholeTree), before);
  });
}

for (const [how, act, said] of [
  [
    'empty',
    ': > var/lib/lvsform/manifest.json',
    /manifest\.json is empty: put the manifest back \(former ones/,
  ],
  ['a pipe', 'mkfifo var/lib/lvsform/manifest.json', /manifest\.json is no file: fifo/],
  ['a directory', 'mkdir var/lib/lvsform/manifest.json', /manifest\.json is no file: directory/],
  [
    'a link that leads nowhere',
    'ln -s nowhere var/lib/lvsform/manifest.json',
    /manifest\.json is no file: symbolic link/,
  ],
  [
    'empty beside a copy that is a pipe',
    ': > var/lib/lvsform/manifest.json; mkfifo var/lib/lvsform/manifest.copy',
    /manifest\.json is empty/,
  ],
] as const) {
  test(`a manifest that is ${how} is not taken for none: that host cannot be changed`, async (t) => {
    const w = await world(t, dr);
    await w.settle();
    await w.sim.shell('rs1', `rm var/lib/lvsform/manifest.*; ${act}`);
    const kept = await w.sim.shell('rs1', wholeTree);
    for (const plan of [
      await w.plan(),
      await w.plan(undefined, { destroy: true }),
      await w.forget(dr, 'rs1'),
    ]) {
      const found = plan.hosts.find(({ host }) => host === 'rs1');
      t.is(found?.state.is, 'blocked');
      t.regex(w.text(plan), said);
      await w.apply(plan);
      t.is(await w.sim.shell('rs1', wholeTree), kept);
    }
  });
}

for (const [how, act, said] of [
  [
    'is not the beginning of its copy',
    'printf \'{ "version": 2, broken\' > var/lib/lvsform/manifest.json',
    /is not JSON/,
  ],
  ['has lost a part', 'sed -i s/clusters/clutsers/ var/lib/lvsform/manifest.json', /is damaged at clusters/],
  [
    'cannot be read',
    'mkdir -p .sim/bin; printf \'#!/bin/sh\\ncase $* in *manifest.json) exit 1; esac\\nexec /bin/cat "$@"\\n\' > .sim/bin/cat; chmod +x .sim/bin/cat',
    /manifest\.json cannot be read/,
  ],
] as const) {
  test(`the copy of a manifest that ${how} is named, and is used once it has been put back`, async (t) => {
    const w = await world(t, dr);
    await w.settle(undefined, { selection: rs1 });
    await w.sim.shell('rs1', act);
    const plan = await w.plan(undefined, { selection: rs1 });
    t.is(plan.hosts[0]?.state.is, 'blocked');
    t.regex(w.text(plan), said);
    const command = 'cp -a /var/lib/lvsform/manifest.copy /var/lib/lvsform/manifest.json';
    if (how !== 'cannot be read') {
      t.true(w.text(plan).includes(command), w.text(plan));
      await w.sim.shell('rs1', command.replaceAll(' /', ' '));
      t.false(hasChanges(await w.plan(undefined, { selection: rs1 })));
    }
  });
}

for (const act of ['mkfifo var/lib/lvsform/manifest.json', 'mkdir -p var/lib/lvsform/manifest.json/below']) {
  test(`a copy is used, and put back, in place of: ${act}`, async (t) => {
    const w = await world(t, dr);
    const before = await withTheirs(w);
    await w.settle(undefined, { selection: rs1 });
    const spoil = `rm -rf var/lib/lvsform/manifest.json; ${act}`;
    await w.sim.shell('rs1', spoil);
    await w.settle(undefined, { selection: rs1 });
    t.is(await w.sim.shell('rs1', 'cmp var/lib/lvsform/manifest.json var/lib/lvsform/manifest.copy'), '');
    await w.sim.shell('rs1', spoil);
    await w.settle(undefined, { destroy: true, selection: rs1 });
    t.is(await w.sim.shell('rs1', wholeTree), before);
  });
}

test('originals without any manifest are lost neither by an apply nor by a destroy', async (t) => {
  const w = await world(t, dr);
  await withTheirs(w);
  await w.settle(undefined, { selection: rs1 });
  await w.sim.shell('rs1', 'rm var/lib/lvsform/manifest.*');
  const kept = await w.sim.shell('rs1', wholeTree);
  for (const destroy of [false, true]) {
    const plan = await w.plan(undefined, { destroy, selection: rs1 });
    t.regex(
      w.text(plan),
      /its manifest \(\S+\) is missing[^]*original keeps files .*: \/etc\/systemd\/system\/lvs-/,
    );
    await w.apply(plan);
    t.is(await w.sim.shell('rs1', wholeTree), kept);
  }
  // The way out that the message names: the file comes back, and the state goes.
  await w.sim.shell('rs1', `cp -a var/lib/lvsform/original/${file} ${file} && mv var/lib/lvsform root-kept`);
  await w.settle(undefined, { selection: rs1 });
  await w.settle(undefined, { destroy: true, selection: rs1 });
  t.is(await w.sim.shell('rs1', `cat ${file}`), theirs);
});

test('a host that had a manifest, by its backups, is not taken for a new one', async (t) => {
  const w = await world(t, dr);
  await w.settle(undefined, { selection: rs1 });
  // A second change keeps the manifest of the first one.
  await w.settle(dr.replace('vip: 172.16.100.1', 'vip: 172.16.100.4'));
  await w.sim.shell('rs1', 'rm var/lib/lvsform/manifest.*');
  const plan = await w.plan(undefined, { destroy: true, selection: rs1 });
  t.regex(
    w.text(plan),
    /its manifest \(\S+\) is missing[^]*the newest that is kept is (\/var\/lib\/lvsform\/backup\/\S+\/manifest\.json)/,
  );
  const [, newest = ''] = /is kept is \/(\S+manifest\.json)/.exec(w.text(plan)) ?? [];
  await w.sim.shell('rs1', `cp -a ${newest} var/lib/lvsform/manifest.json`);
  await w.settle(dr.replace('vip: 172.16.100.1', 'vip: 172.16.100.4'));
  await w.settle(undefined, { destroy: true, selection: rs1 });
  t.is(
    await w.sim.shell('rs1', 'ls -d var/lib/lvsform usr/local/sbin/lvs-realserver 2>/dev/null || true'),
    '',
  );
});
