import test from 'ava';
import { hasChanges } from '../../src/plan/plan.ts';
import { dr, inventoryAt, nat } from '../support/inventories.ts';
import { outcomes, wholeTree, world } from '../support/world.ts';

const edit = (text: string, from: string | RegExp, to: string): string => {
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`nothing to replace: ${String(from)}`);
  return edited;
};
const twoDirectors = edit(dr, 'lb1: 172.16.100.2/24', 'lb1: 172.16.100.2/24\n      lb2: 172.16.100.3/24');

/** In which order transactions ended. */
const ended = (events: readonly { type: string }[]): string[] =>
  events.flatMap((event) =>
    'transaction' in event && event.type === 'transaction-end' ? [String(event.transaction)] : [],
  );

test('a weight, a scheduler and persistence are edited in place', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  const changed = edit(edit(dr, 'weight: 2', 'weight: 3'), 'wlc', 'wrr, persistence: 300');
  t.regex(
    w.text(await w.plan(changed)),
    /scheduler wlc -> wrr\n.*persistence none -> 300 s\n.*rs1 weight 2 -> 3/,
  );
  await w.settle(changed);
  t.is(
    await w.sim.shell('lb1', 'ipvsadm -Sn'),
    '-A -t 172.16.100.1:80 -s wrr -p 300\n-a -t 172.16.100.1:80 -r 172.16.100.7:80 -g -w 3\n-a -t 172.16.100.1:80 -r 172.16.100.8:80 -g -w 1\n',
  );
});

test('a new VIP is on the real servers before the director has it, and the old one goes last', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  w.events.length = 0;
  const moved = edit(dr, 'vip: 172.16.100.1', 'vip: 172.16.100.5');
  await w.settle(moved);
  const order = ended(w.events);
  t.deepEqual(order.slice(0, 2).toSorted(), ['rs1 prepare', 'rs2 prepare']);
  t.is(order[2], 'lb1');
  t.deepEqual(order.slice(3).toSorted(), ['rs1 retire', 'rs2 retire']);
  t.false((await w.sim.shell('rs1', 'ip -o -4 addr show')).includes('172.16.100.1/32'));
  await w.settle(moved, { destroy: true });
});

test('a real server that leaves the inventory is drained, removed and cleaned up, and struck off the rosters', async (t) => {
  const w = await world(t, dr);
  const blank = await w.sim.shell('rs2', wholeTree);
  await w.settle();
  w.events.length = 0;
  const smaller = edit(dr, /\n +rs2: .*/, '');
  const plan = await w.plan(smaller);
  const text = w.text(plan);
  t.regex(text, /- 172\.16\.100\.8:80/);
  t.regex(text, /drain 172\.16\.100\.8 of tcp 172\.16\.100\.1:80: 0 connections, at most 60 s/);
  t.regex(text, /rs2 \(Debian.*no longer in the inventory\)/);
  await w.apply(plan);
  t.deepEqual(ended(w.events), ['rs1', 'lb1', 'rs2', 'lb1 roster']);
  t.is(await w.sim.shell('rs2', wholeTree), blank);
  t.false(hasChanges(await w.plan(smaller)));
  t.false((await w.sim.shell('lb1', 'cat var/lib/lvsform/manifest.json')).includes('172.16.100.8'));
});

test('a host that left and cannot be reached is not forgotten until the user says so', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  w.sim.cut('rs2', true);
  const smaller = edit(dr, /\n +rs2: .*/, '');
  t.deepEqual(outcomes(await w.apply(await w.plan(smaller))), {
    lb1: 'changed',
    rs1: 'changed',
    rs2: 'unreachable',
  });
  const again = await w.plan(smaller);
  t.regex(w.text(again), /rs2: unreachable/);
  const forgotten = await w.plan(smaller, { forget: ['rs2'] });
  t.notRegex(w.text(forgotten), /rs2: unreachable/);
  w.sim.cut('rs2', false);
  await w.apply(await w.plan(smaller));
  t.false(hasChanges(await w.plan(smaller)));
});

test('the drain waits for active connections, and not longer than its deadline', async (t) => {
  const w = await world(t, dr);
  await w.settle();
  await w.sim.shell('lb1', 'echo 3 > .sim/active-172.16.100.8:80');
  const smaller = edit(edit(dr, /\n +rs2: .*/, ''), 'mode: dr', 'mode: dr\n    drain: { timeout: 1 }');
  const plan = await w.plan(smaller);
  t.regex(w.text(plan), /drain \S+ of tcp \S+: 3 connections, at most 1 s/);
  const results = await w.apply(plan);
  t.is(outcomes(results)['lb1'], 'changed');
  t.notRegex(await w.sim.shell('lb1', 'ipvsadm -Sn'), /172\.16\.100\.8/);
});

test('the VIPs move from one director to the other: one is ready, then the other gives up, then it takes', async (t) => {
  const w = await world(t, twoDirectors);
  await w.settle();
  t.is(await w.sim.shell('lb2', 'ipvsadm -Sn'), '');
  w.events.length = 0;
  const moved = edit(twoDirectors, 'lb2: 172.16.100.3/24', 'lb2: { address: 172.16.100.3/24, active: true }');
  await w.settle(moved);
  t.deepEqual(
    ended(w.events).filter((name) => name.startsWith('lb')),
    ['lb2 prepare', 'lb1', 'lb2 take'],
  );
  t.is(await w.sim.shell('lb1', 'ipvsadm -Sn; ip -o -4 addr show | grep -c 172.16.100.1/32 || true'), '0\n');
  t.regex(await w.sim.shell('lb2', 'ip -o -4 addr show'), /172\.16\.100\.1\/32/);
});

test('what an administrator had set up by hand comes back with destroy', async (t) => {
  const w = await world(t, dr);
  await w.sim.shell(
    'lb1',
    `modprobe ip_vs; ipvsadm -A -t 172.16.100.1:80 -s rr -p 120; ipvsadm -a -t 172.16.100.1:80 -r 172.16.100.7:80 -g -w 5
     ipvsadm -A -t 10.9.9.9:25 -s rr; ipvsadm -a -t 10.9.9.9:25 -r 172.16.100.7:25 -m
     ip addr add 172.16.100.1/24 dev eth0; echo old > etc/ipvsadm.rules; chmod 600 etc/ipvsadm.rules`,
  );
  await w.sim.shell(
    'rs1',
    'echo 1 > proc/sys/net/ipv4/conf/all/arp_ignore; ln -s /nowhere etc/sysctl.d/60-lvs-realserver.conf',
  );
  t.regex(
    w.text(await w.plan()),
    /virtual service tcp 10\.9\.9\.9:25 is in the table and not in the inventory: left as it is/,
  );
  await w.settle();
  t.regex(await w.sim.shell('lb1', 'ipvsadm -Sn'), /-A -t 10\.9\.9\.9:25 -s rr\n/);
  await w.settle(undefined, { destroy: true });
  t.is(
    (await w.sim.shell('lb1', 'ipvsadm -Sn; cat etc/ipvsadm.rules; stat -c %a etc/ipvsadm.rules')).trim(),
    `-A -t 172.16.100.1:80 -s rr -p 120
-a -t 172.16.100.1:80 -r 172.16.100.7:80 -g -w 5
-A -t 10.9.9.9:25 -s rr
-a -t 10.9.9.9:25 -r 172.16.100.7:25 -m -w 1
old
600`,
  );
  t.is(
    await w.sim.shell(
      'rs1',
      'cat proc/sys/net/ipv4/conf/all/arp_ignore; readlink etc/sysctl.d/60-lvs-realserver.conf',
    ),
    '1\n/nowhere\n',
  );
});

test('a mount that somebody took away comes back, and one that leads elsewhere is led back', async (t) => {
  const w = await world(t, await inventoryAt('inventories/content'));
  await w.settle();
  const mounted = '10.1.0.9:/srv/www /srv/www nfs ro,soft 0 0\n';
  const mounts = (): Promise<string> => w.sim.shell('rs1', 'cat proc/mounts');
  t.is(await mounts(), mounted);
  await w.sim.shell('rs1', 'umount /srv/www');
  t.regex(w.text(await w.plan()), /\+ mount 10\.1\.0\.9:\/srv\/www at \/srv\/www/);
  await w.settle();
  t.is(await mounts(), mounted);
  await w.sim.shell('rs1', 'echo "10.1.0.8:/old /srv/www nfs rw 0 0" > proc/mounts');
  t.regex(w.text(await w.plan()), /~ was 10\.1\.0\.8:\/old \(rw\)/);
  await w.settle();
  t.is(await mounts(), mounted);
  await w.settle(undefined, { destroy: true });
  t.is(await mounts(), '');
});

test('a kernel too old for a parameter that nobody asked for does without; one that somebody asked for is missed', async (t) => {
  const w = await world(t, dr);
  const parameter = 'proc/sys/net/ipv4/vs/conn_reuse_mode';
  await w.sim.shell('lb1', `modprobe ip_vs; rm ${parameter}`);
  await w.settle();
  t.is(await w.sim.shell('lb1', `test -e ${parameter} || echo none`), 'none\n');
  const asked = edit(dr, 'mode: dr', 'mode: dr\n    tunables: { conn_reuse_mode: 3 }');
  const results = await w.apply(await w.plan(asked));
  t.is(outcomes(results)['lb1'], 'rolled-back');
  t.regex(JSON.stringify(results), /conn_reuse_mode/);
});

test('drift of every kind is seen and healed', async (t) => {
  const w = await world(t, nat);
  await w.settle();
  await w.sim.shell(
    'lb1',
    `ipvsadm -d -t 192.168.0.220:80 -r 192.168.10.3:8080; ip addr del 192.168.0.220/32 dev eth0; echo 0 > proc/sys/net/ipv4/ip_forward
     systemctl disable lvs-director.service; systemctl stop lvs-director.service; chmod 700 usr/local/sbin/lvs-director; echo x >> etc/ipvsadm.rules`,
  );
  await w.sim.shell('rs1', 'ip route replace default via 192.168.10.254 dev eth0; sed -i /lb1/d etc/hosts');
  const text = w.text(await w.plan());
  for (const line of [
    /mode 0700 -> 0755/,
    /sysctl net\.ipv4\.ip_forward\n +~ 0 -> 1/,
    /\+ rs2 192\.168\.10\.3:8080 weight 1/,
    /\+ address 192\.168\.0\.220\/32 on eth0/,
    /~ starts at boot\n +~ start it/,
    /route default via 192\.168\.10\.10 dev eth0\n +~ was default via 192\.168\.10\.254 dev eth0/,
    /\+192\.168\.10\.10 lb1/,
    /the default route changes/,
  ]) {
    t.regex(text, line);
  }
  await w.settle();
});

test('only the selected hosts are planned, and a director may be limited to', async (t) => {
  const w = await world(t, twoDirectors);
  const names = async (limit: string[], exclude: string[]): Promise<string[]> =>
    (await w.plan(undefined, { selection: { limit, exclude } })).hosts.map(({ host }) => host);
  t.deepEqual(await names(['directors'], []), ['lb1', 'lb2']);
  t.deepEqual(await names(['rs*'], ['rs2']), ['rs1']);
  t.deepEqual(await names([], ['directors', 'rs1']), ['rs2']);
  await t.throwsAsync(names(['lb3'], []), { message: /no host fits lb3: did you mean lb1\?/ });
});
