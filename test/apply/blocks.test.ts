import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { writePlan } from '../../src/plan/file.ts';
import type { Family } from '../../src/model/family.ts';
import { dr, inventoryAt } from '../support/inventories.ts';
import { outcomes, wholeTree, world } from '../support/world.ts';

/** Files of others into which lines are written, and an inventory that does. */
const cases: readonly (readonly [path: string, inventory: string, family: Family])[] = [
  ['etc/hosts', 'inventories/dr', 'debian'],
  ['etc/sysctl.conf', 'inventories/dr', 'rhel6'],
  ['etc/iproute2/rt_tables', 'inventories/nat-port-mapping', 'rhel7'],
  ['root/.ssh/authorized_keys', 'inventories/quorum-device', 'debian'],
];

for (const [path, at, family] of cases) {
  test(`${path} is a link: the lines go into the file to which it leads, and the link stays`, async (t) => {
    const inventory = await inventoryAt(at);
    const w = await world(t, inventory, () => family);
    const hosts = (await w.plan()).hosts.filter(
      ({ state }) => state.is === 'ready' && state.changes.some(({ id }) => id === `block:/${path}`),
    );
    t.not(hosts.length, 0);
    const name = path.split('/').at(-1)!;
    const site = `${path.slice(0, -name.length)}site/${name}.all`;
    const before = new Map<string, string>();
    for (const { host } of hosts) {
      await w.sim.shell(
        host,
        `mkdir -p "$(dirname ${site})"
        if [ -f ${path} ]; then mv ${path} ${site}; else echo '# theirs' > ${site}; fi
        chmod 640 ${site}; ln -s site/${name}.all ${path}`,
      );
      before.set(host, await w.sim.shell(host, wholeTree));
    }
    const plan = await w.plan();
    t.true(w.text(plan).includes(`lines in /${path}, a link to /${site}`));
    await w.settle();
    for (const { host } of hosts) {
      t.is(await w.sim.shell(host, `readlink ${path}; stat -c %a ${site}`), `site/${name}.all\n640\n`);
      t.regex(await w.sim.shell(host, `cat ${site}`), /# lvsform begin[^]*# lvsform end/);
    }
    await w.settle(undefined, { destroy: true });
    for (const { host } of hosts) t.is(await w.sim.shell(host, wholeTree), before.get(host)!);
  });
}

test('a link to an empty file leads to an empty file again', async (t) => {
  const w = await world(t, dr);
  await w.sim.shell('rs1', ': > etc/hosts.site; ln -sf hosts.site etc/hosts');
  const before = await w.sim.shell('rs1', wholeTree);
  await w.settle();
  await w.settle(undefined, { destroy: true });
  t.is(await w.sim.shell('rs1', wholeTree), before);
});

for (const [act, why] of [
  ['ln -sf nowhere etc/hosts', /\/etc\/hosts is a symbolic link that is dangling or circular/],
  ['ln -sf hosts etc/hosts', /\/etc\/hosts is a symbolic link that is dangling or circular/],
  ['rm etc/hosts; mkdir etc/hosts', /\/etc\/hosts is a directory and not a file/],
  ['rm etc/hosts; mkfifo etc/hosts', /\/etc\/hosts is a fifo and not a file/],
  ['rm etc/hosts; mkfifo etc/pipe; ln -s pipe etc/hosts', /\/etc\/hosts is a fifo and not a file/],
  ['truncate -s 1048577 etc/hosts', /\/etc\/hosts has 1048577 bytes, more than the limit of 1048576 bytes/],
] as const) {
  test(`a host cannot be changed, and the others can, after: ${act}`, async (t) => {
    const w = await world(t, dr);
    await w.settle();
    await w.sim.shell('rs1', act);
    const kept = await w.sim.shell('rs1', wholeTree);
    for (const destroy of [false, true]) {
      const plan = await w.plan(undefined, { destroy });
      t.regex(w.text(plan), why);
      t.deepEqual(outcomes(await w.apply(plan))['rs1'], 'blocked');
      t.is(await w.sim.shell('rs1', wholeTree), kept);
    }
  });
}

test('a pipe in the place of a file of ours keeps nobody waiting, and is replaced', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  await w.sim.shell(
    'rs1',
    'rm etc/systemd/system/lvs-realserver.service; mkfifo etc/systemd/system/lvs-realserver.service',
  );
  await w.settle();
});

test('31 MiB of control bytes in /etc/hosts of one host leave a plan for the others', async (t) => {
  const w = await world(t, dr);
  await writeFile(join(w.sim.root('rs1'), 'etc/hosts'), Buffer.alloc(31 * 1024 * 1024, 1));
  const plan = await w.plan();
  t.deepEqual(
    plan.hosts.map(({ host, state }) => `${host} ${state.is}`),
    ['lb1 ready', 'rs1 blocked', 'rs2 ready'],
  );
  t.true(writePlan(plan).length < 1_000_000);
});

test('a file that is just not too large keeps its other lines, and a plan of it is short', async (t) => {
  const w = await world(t, dr);
  const path = join(w.sim.root('rs1'), 'etc/hosts');
  const theirs = '10.0.0.1 a-name\n'.repeat(1_048_000 / 16);
  await writeFile(path, theirs);
  const plan = await w.plan();
  t.regex(
    w.text(plan),
    /lines in \/etc\/hosts\n.*the lines of lvsform \(1048000 characters there, too many to show\)/,
  );
  await w.settle();
  await w.settle(undefined, { destroy: true });
  t.is(
    await w.sim.shell('rs1', 'sha256sum < etc/hosts'),
    await w.sim.shell('rs1', `yes '10.0.0.1 a-name' | head -n ${1_048_000 / 16} | sha256sum`),
  );
});
