import test, { type ExecutionContext } from 'ava';
import { EngineLab, machines, shownCluster, whole, type Written } from '../support/engines.ts';
import { differing, LabWorld } from '../support/lab.ts';
import { watched } from '../support/asking.ts';
import { blankState } from '../support/scenarios.ts';

/**
 * What a pair of directors does beyond one engine: from each engine to the next under load, and two clusters that move
 * together. Each step stands on the one before it.
 */
interface Way {
  readonly title: string;
  readonly health?: object;
  readonly failover?: object;
}

const keepalived: Way = {
  title: 'keepalived for both',
  health: { engine: 'keepalived', interval: 2, timeout: 2 },
  failover: { engine: 'keepalived', node_key: 'generated' },
};
const ldirectord = { engine: 'ldirectord', interval: 2, timeout: 2, tries: 2 };
const lvsform: Way = { title: 'lvsform itself' };
const ways: readonly Way[] = [
  lvsform,
  keepalived,
  {
    title: 'the monitor under keepalived',
    health: { engine: 'monitor', interval: 4, timeout: 3 },
    failover: { engine: 'keepalived' },
  },
  {
    title: 'ldirectord under heartbeat',
    health: ldirectord,
    failover: { engine: 'heartbeat', dead_time: 5 },
  },
  {
    title: 'ldirectord under pacemaker, with a third vote',
    health: ldirectord,
    failover: {
      engine: 'pacemaker',
      dead_time: 5,
      agent_timeout: 300,
      quorum_device: { host: '10.1.0.19', tls: 'off' },
    },
  },
  keepalived,
  lvsform,
];

let world: LabWorld;
let blank: readonly string[] = [];
const hosts = ['lb1', 'lb2', 'rs1', 'rs2', 'sorry'];
const states = (): Promise<string[]> => Promise.all(hosts.map((host) => world.on(host, blankState)));
const slack = 90;

test.before(async (t) => {
  world = await LabWorld.make();
  await world.write(machines);
  const { times } = await world.up();
  t.log(`kernel ${times.kernel.toFixed(1)} s, all hosts ${times.boot.toFixed(1)} s`);
  // Who has the third vote is nothing of ours.
  await world.on(
    'sorry',
    'apt-get -y -q install corosync-qnetd >/dev/null 2>&1 && systemctl restart corosync-qnetd',
  );
  blank = await states();
});
test.after.always(async (t) => t.deepEqual(await world.down(), []));

const done = async (t: ExecutionContext, ...words: readonly string[]): Promise<void> => {
  const { code, output } = await world.lvsform(...words);
  t.is(code, 0, output);
};

/** All is as the inventory says, and every real server serves. */
const sound = async (t: ExecutionContext): Promise<void> => {
  await done(t, 'verify', '--lab');
  await done(t, 'plan', '--lab', '--detailed-exitcode');
};

const gone = async (t: ExecutionContext): Promise<void> => {
  await done(t, 'destroy', '--lab', '--yes');
  t.deepEqual(differing(hosts, blank, await states()), []);
};

test.serial('from one engine to the next, and back', async (t) => {
  t.timeout(40 * 60_000);
  const { sorry_server: _, ...service } = shownCluster('keepalived').services[0]!;
  const cluster: Written = { ...shownCluster('keepalived'), services: [service] };
  const lab = new EngineLab(world, cluster, slack);
  for (const [index, { title, health, failover }] of ways.entries()) {
    Object.assign(cluster, { health, failover });
    await lab.write();
    await done(t, 'secrets', 'generate');
    if (index === 0) await done(t, 'apply', '--lab', '--yes');
    else {
      const seen = await watched(world, lab.url, async () => {
        await done(t, 'apply', '--lab', '--yes');
        await lab.settled();
        await lab.untilTable(`${title}: all real servers are in`, lab.wanted(), 60);
        await lab.answers();
      });
      t.log(`| ${title} | ${seen.outage.toFixed(1)} s | ${seen.failed} of ${seen.requests.length} |`);
    }
    await sound(t);
    if (failover !== undefined && 'node_key' in failover) {
      t.is(await world.on('lb1', 'ssh -o BatchMode=yes lb2 uname -n'), 'lb2\n');
      t.is(await world.on('lb2', 'ssh -o BatchMode=yes lb1 uname -n'), 'lb1\n');
    }
    if (failover !== undefined && 'quorum_device' in failover) {
      const votes = await world.on('lb1', 'corosync-quorumtool -s');
      t.regex(votes, /Expected votes: +3/);
      t.regex(votes, /Total votes: +3/);
      t.regex(votes, /Qdevice/);
    }
  }
  await gone(t);
});

test.serial('clusters in one sync group move together, whichever of them has to', async (t) => {
  const shown = shownCluster('sync-group');
  // A director that one of the two cannot use.
  const script = '/usr/bin/test ! -e /run/web-cannot';
  const web = { ...shown, failover: { ...(shown['failover'] as object), script } };
  const shop = shownCluster('sync-group', 'shop');
  // Seen one by one, each is alone in its group.
  const alone = (cluster: Written): Written => ({
    ...cluster,
    failover: { ...(cluster['failover'] as object), sync_group: undefined },
  });
  const labs = [web, shop].map((cluster) => new EngineLab(world, alone(cluster), slack));
  const holders = async (): Promise<string[]> => Promise.all(labs.map((lab) => lab.settled()));
  // What the test before this one left undone, if it failed, is none of this one's business.
  await world.forgetConnections();
  await done(t, 'lab', 'reset');
  blank = await states();
  await world.write({ clusters: { web, shop } });
  await done(t, 'apply', '--lab', '--yes');
  t.deepEqual(await holders(), ['lb1', 'lb1']);
  await sound(t);
  const seen = await watched(world, labs[0]!.url, async () => {
    await world.on('lb1', 'touch /run/web-cannot');
    await world.until('both are on lb2', 30, async () => (await holders()).join() === 'lb2,lb2');
  });
  t.log(`${seen.outage.toFixed(1)} s, ${seen.failed} of ${seen.requests.length} requests lost`);
  await labs[0]!.answers();
  await world.on('lb1', 'rm /run/web-cannot');
  await sound(t);
  await gone(t);
});

test.serial('each director is active for one VIP, and each knows the connections of the other', async (t) => {
  t.timeout(20 * 60_000);
  const [web, shop] = ['web', 'shop'].map((name) => shownCluster('active-active', name));
  const labs = [web!, shop!].map((cluster) => new EngineLab(world, cluster, slack));
  const shared = (holders: string): Promise<unknown> =>
    world.until(`the holders are ${holders}`, 120, async () => {
      const held = await Promise.all(labs.map((lab) => lab.settled()));
      return held.join() === holders || held.join();
    });
  await world.forgetConnections();
  await done(t, 'lab', 'reset');
  blank = await states();
  await world.write({ clusters: { web, shop } });
  await done(t, 'apply', '--lab', '--yes');
  await shared('lb1,lb2');
  await sound(t);
  const downloads = labs.map((lab) => lab.downloads());
  for (const [index, other] of ['lb2', 'lb1'].entries())
    await world.until(`${other} knows the downloads`, 30, () => labs[index]!.knows(other));
  const seen = await watched(world, labs[0]!.url, async () => {
    await done(t, 'lab', 'cut', 'lb1');
    for (const lab of labs) lab.gone = 'lb1';
    await shared('lb2,lb2');
  });
  t.log(`${seen.outage.toFixed(1)} s, ${seen.failed} of ${seen.requests.length} requests lost`);
  t.deepEqual(await Promise.all(downloads), [whole, whole]);
  await world.forgetConnection('lb1');
  await done(t, 'lab', 'start', 'lb1');
  for (const lab of labs) lab.gone = undefined;
  await shared('lb1,lb2');
  await labs[0]!.answers();
  await sound(t);
  await gone(t);
});
