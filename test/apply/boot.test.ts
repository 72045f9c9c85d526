import test from 'ava';
import { hasChanges } from '../../src/plan/plan.ts';
import { inventoryAt } from '../support/inventories.ts';
import { liveState, startAll, stopAll } from '../support/boot-scripts.ts';
import { world } from '../support/world.ts';

interface Before {
  readonly inventory: string;
  readonly host: string;
  readonly title: string;
  /** Shell by which an operator brought it about, seen from the host's root. */
  readonly made: string;
  /** Of a service: what is there keeps our options until a destroy. */
  readonly stays?: RegExp;
}

const address = (device: string, words: string): string => `ip addr add ${words} dev ${device}`;
const cases: readonly Before[] = [
  { inventory: 'dr', host: 'rs1', title: 'the VIP on lo', made: address('lo', '172.16.100.1/32') },
  {
    inventory: 'dr',
    host: 'rs1',
    title: 'the VIP on lo, as a network, with a label of its own',
    made: 'ip addr add 172.16.100.1/24 brd 172.16.100.255 dev lo label lo:7',
  },
  {
    inventory: 'dr',
    host: 'rs1',
    title: 'the VIP on another interface',
    made: address('eth0', '172.16.100.1/24'),
  },
  { inventory: 'dr', host: 'lb1', title: 'the VIP', made: address('eth0', '172.16.100.1/32') },
  {
    inventory: 'dr',
    host: 'lb1',
    title: 'the VIP with the prefix of its network',
    made: 'ip addr add 172.16.100.1/24 brd 172.16.100.255 dev eth0 label eth0:3',
  },
  {
    inventory: 'dr',
    host: 'lb1',
    title: 'the same service',
    made: 'ipvsadm -A -t 172.16.100.1:80 -s wlc; ipvsadm -a -t 172.16.100.1:80 -r 172.16.100.7 -g -w 2',
    stays: / -A -t 172\.16\.100\.1:80 /m,
  },
  {
    inventory: 'dr',
    host: 'lb1',
    title: 'the same service with another scheduler, another real server and another weight',
    made: `ipvsadm -A -t 172.16.100.1:80 -s rr -p 60; ipvsadm -a -t 172.16.100.1:80 -r 172.16.100.7 -g -w 9
      ipvsadm -a -t 172.16.100.1:80 -r 172.16.100.99 -g -w 1`,
    stays: / -A -t 172\.16\.100\.1:80 /m,
  },
  {
    inventory: 'dr',
    host: 'lb1',
    title: 'another service',
    made: 'ipvsadm -A -t 172.16.100.1:443 -s wlc; ipvsadm -a -t 172.16.100.1:443 -r 172.16.100.7 -g -w 2',
  },
  {
    inventory: 'dr',
    host: 'rs1',
    title: 'kernel parameters, as they are wanted and otherwise',
    made: `echo 1 > proc/sys/net/ipv4/conf/all/arp_ignore; echo 1 > proc/sys/net/ipv4/conf/all/arp_announce`,
  },
  {
    inventory: 'nat',
    host: 'rs1',
    title: 'a default route by another gateway',
    made: 'ip -4 route replace default via 192.168.10.1 dev eth0 proto static',
  },
  {
    inventory: 'nat',
    host: 'rs1',
    title: 'the default route by the director',
    made: 'ip -4 route replace default via 192.168.10.10 dev eth0 proto static',
  },
  {
    inventory: 'nat',
    host: 'lb1',
    title: 'the VIP as the outer address of the director',
    made: address('eth0', '192.168.0.220/24'),
  },
  {
    inventory: 'tun',
    host: 'rs1',
    title: 'a tunnel of the same name',
    made: 'ip tunnel add lvs-gre mode gre local 10.1.0.11; ip link set lvs-gre up',
  },
  {
    inventory: 'tun',
    host: 'rs1',
    title: 'a tunnel of the same name with checksums, down',
    made: 'ip tunnel add lvs-gre mode gre local 10.1.0.99 icsum',
  },
  {
    inventory: 'tun',
    host: 'rs2',
    title: 'the port for GUE',
    made: 'mkdir -p sys/module/fou; ip fou add port 6080 gue',
  },
  {
    inventory: 'content',
    host: 'rs1',
    title: 'the file system, mounted otherwise',
    made: 'mkdir -p srv/www; mount -t nfs -o rw 10.1.0.9:/srv/old srv/www',
  },
];

for (const { inventory: name, host, title, made, stays } of cases) {
  test(`${name}: ${title} was on ${host} before: it stays when scripts stop, and after destroy`, async (t) => {
    const inventory = await inventoryAt(`inventories/${name}`);
    const w = await world(t, inventory);
    const live = (): Promise<string> => w.sim.shell(host, liveState);
    await w.sim.shell(host, made);
    const before = await live();
    await w.settle();
    await w.sim.shell(host, stopAll);
    if (stays === undefined) t.is(await live(), before);
    else t.regex(await live(), stays);
    await w.sim.shell(host, startAll);
    const plan = await w.plan();
    t.false(hasChanges(plan), w.text(plan));
    await w.settle(undefined, { destroy: true });
    t.is(await live(), before);
  });
}

for (const name of ['dr', 'dr-ipv6', 'fwmark'])
  test(`${name}: start brings back a real server that the table lacks, and leaves the others as they are`, async (t) => {
    const w = await world(t, await inventoryAt(`inventories/${name}`));
    await w.settle();
    const script = (verb: string): Promise<string> =>
      w.sim.shell('lb1', `sh usr/local/sbin/lvs-director ${verb} > said 2>&1; echo $?; rm said`);
    const table = (): Promise<string> => w.sim.shell('lb1', 'ipvsadm -Sn');
    const whole = await table();
    const [, service = '', destination = '', way = ''] = /^-a (.+) -r (\S+) (-[gim])/m.exec(whole) ?? [];
    await w.sim.shell('lb1', `ipvsadm -d ${service} -r ${destination}`);
    t.is(await script('status'), '3\n', 'a real server is missing');
    t.is(await script('start'), '0\n');
    t.deepEqual((await table()).split('\n').toSorted(), whole.split('\n').toSorted());
    t.is(await script('status'), '0\n');

    await w.sim.shell('lb1', `ipvsadm -e ${service} -r ${destination} ${way} -w 77`);
    t.is(await script('start'), '0\n');
    t.regex(await table(), / -w 77\n/, 'what is there stays as it is');

    await w.sim.shell('lb1', 'ipvsadm -C; rm etc/ipvsadm.rules');
    t.not(await script('start'), '0\n', 'without its rule file it has not started');
  });
