import type { ExecutionContext } from 'ava';
import { unharmed, watched } from '../support/asking.ts';
import { raise } from './story.ts';

/** VIPs that no engine moves go from one director to another, or stay where they are: never on none, never on two. */
const [vip, ofLb1, ofLb2, another] = ['172.16.100.1', '172.16.100.5', '172.16.100.6', '172.16.100.9'];
const directors = { lb1: '172.16.100.2/24', lb2: '172.16.100.3/24' } as const;
const realServers = { rs1: '172.16.100.7', rs2: '172.16.100.8' };
type Director = keyof typeof directors;

const cluster = (address: string, director: Director): object => ({
  mode: 'dr',
  vip: address,
  directors: { [director]: directors[director] },
  real_servers: realServers,
  services: [{ port: 80, scheduler: 'rr' }],
});
/** Each director has a VIP of its own; `web` is on one of them. */
const inventory = (web: Director, more: Readonly<Record<string, object>> = {}): object => ({
  clusters: {
    web: { ...cluster(vip, web), probes: { client: '172.16.100.50/24' } },
    one: cluster(ofLb1, 'lb1'),
    two: cluster(ofLb2, 'lb2'),
    ...more,
  },
});
/** A lock that somebody holds whose process lives, and what takes it away. */
const lock = `sleep 1000 > /dev/null 2>&1 & pid=$!
mkdir -p /var/lib/lvsform/lock; set -- $(sed 's/.*) //' /proc/$pid/stat); shift 19
ln -sfn "$pid-$1-$(cat /proc/sys/kernel/random/boot_id)" /var/lib/lvsform/lock/owner
printf 'somebody\\n2026\\nwhy\\n' > /var/lib/lvsform/lock/holder`;
const unlock =
  'owner=$(readlink /var/lib/lvsform/lock/owner); kill "${owner%%-*}"; rm -r /var/lib/lvsform/lock';
const url = `http://${vip}/`;
const { world, step, sound, blank } = raise({
  title: 'moves',
  bare: false,
  client: 'client',
  machines: inventory('lb1'),
});

const apply = async (...options: readonly string[]): Promise<{ code: number; output: string }> =>
  world().lvsform('apply', '--lab', '--yes', ...options);
const holders = async (address: string): Promise<string[]> => {
  const names = Object.keys(directors);
  const ask = `ip -o -4 addr show | grep -v ' lo ' | grep -c ' ${address}/' || true`;
  const held = await Promise.all(names.map((host) => world().on(host, ask)));
  return names.filter((_, index) => held[index]!.trim() !== '0');
};
/** What an apply leaves undone harms nobody, and the VIP stays where it is. */
const stays = async (
  t: ExecutionContext,
  on: Director,
  act: () => Promise<{ code: number; output: string }>,
  said: RegExp,
): Promise<void> => {
  const { requests } = await unharmed(world(), url, async () => {
    const { code, output } = await act();
    t.not(code, 0, output);
    t.regex(output, said);
  });
  t.log(`${requests.length} requests, none lost`);
  t.deepEqual(await holders(vip), [on]);
};

step('all VIPs are served', async (t) => {
  // A file of the host that is reached by a link stays one.
  await world().on('rs1', 'cp -a /etc/hosts /etc/hosts.real && ln -sf hosts.real /etc/hosts');
  await world().write(inventory('lb1'));
  const applied = await apply();
  t.is(applied.code, 0, applied.output);
  t.regex(await world().on('rs1', 'readlink /etc/hosts; cat /etc/hosts.real'), /^hosts\.real\n[^]*lb1/);
  await sound();
});

step('a VIP moves', async (t) => {
  await world().write(inventory('lb2'));
  const seen = await watched(world(), url, async () => {
    const applied = await apply('--force');
    t.is(applied.code, 0, applied.output);
  });
  t.log(`${seen.failed} of ${seen.requests.length} requests lost, in ${seen.outage.toFixed(1)} s`);
  t.regex(seen.last ?? 'nobody', /^rs/);
  t.deepEqual(await holders(vip), ['lb2']);
  await sound();
});

step('a VIP stays where the director that is to take it is locked', async (t) => {
  await world().write(inventory('lb1'));
  await world().on('lb1', lock);
  await stays(t, 'lb2', () => apply('--force'), /lb1: locked/);
  await world().on('lb1', unlock);
});

step('a VIP stays where the director that is to take it is left out', async (t) => {
  await stays(t, 'lb2', () => apply('--force', '--exclude', 'lb1'), /lb2: .*172\.16\.100\.1/);
  await stays(t, 'lb2', () => apply('--force', '--limit', 'lb2'), /lb2: .*172\.16\.100\.1/);
});

step('a VIP stays where the director that is to take it fails', async (t) => {
  await world().on(
    'lb1',
    'mkdir -p /run/was && mv /usr/sbin/ipvsadm /run/was/ && ln -s /bin/false /usr/sbin/ipvsadm',
  );
  await stays(t, 'lb2', () => apply('--force'), /lb1: (failed|rolled back|cannot)/);
  await world().on('lb1', 'mv -f /run/was/ipvsadm /usr/sbin/ipvsadm');
});

step('it moves once nothing is in the way', async (t) => {
  const applied = await apply('--force');
  t.is(applied.code, 0, applied.output);
  t.deepEqual(await holders(vip), ['lb1']);
  await sound();
});

step('a VIP that another host answers for is not raised', async (t) => {
  await world().on('rs2', `ip addr add ${another}/32 dev eth0`);
  await world().write(inventory('lb1', { three: cluster(another, 'lb2') }));
  await stays(t, 'lb1', () => apply(), /another host has it/);
  t.deepEqual(await holders(another), []);
  await world().on('rs2', `ip addr del ${another}/32 dev eth0`);
  const applied = await apply();
  t.is(applied.code, 0, applied.output);
  t.deepEqual(await holders(another), ['lb2']);
});

step('two directors exchange their VIPs, and a third VIP notices nothing', async (t) => {
  const exchanged = {
    one: cluster(ofLb1, 'lb2'),
    two: cluster(ofLb2, 'lb1'),
    three: cluster(another, 'lb2'),
  };
  await world().write(inventory('lb1', exchanged));
  const { requests } = await unharmed(world(), url, async () => {
    const applied = await apply('--force');
    t.is(applied.code, 0, applied.output);
  });
  t.log(`${requests.length} requests, none lost`);
  t.deepEqual([await holders(ofLb1), await holders(ofLb2)], [['lb2'], ['lb1']]);
  await sound();
});

step('destroy leaves nothing', async (t) => {
  await world().write(inventory('lb1', { three: cluster(another, 'lb2') }));
  const destroyed = await world().lvsform('destroy', '--lab', '--yes');
  t.is(destroyed.code, 0, destroyed.output);
  t.is(await world().on('rs1', 'readlink /etc/hosts'), 'hosts.real\n');
  await world().on('rs1', 'mv /etc/hosts.real /etc/hosts');
  await blank(t);
});
