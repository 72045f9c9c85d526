import test from 'ava';
import { machines, shownCluster } from '../support/engines.ts';
import { differing, LabWorld } from '../support/lab.ts';
import { blankState } from '../support/scenarios.ts';

/** What real servers serve: a mount by NFS and a copy by rsync, from a file server that is nothing of ours. */
let world: LabWorld;
let blank: readonly string[] = [];
const hosts = ['lb1', 'rs1', 'rs2'];
const state = `${blankState}\nls -d /srv/www /srv/shop 2>/dev/null; mount -t nfs4`;
const states = (): Promise<string[]> => Promise.all(hosts.map((host) => world.on(host, state)));

/** The client stands in as the file server: NFS 4 of the kernel, and rsync's daemon. */
const serveFiles = `set -e
modprobe -a nfsd nfs nfsv4
apt-get -y -q install nfs-kernel-server rsync >/dev/null 2>&1
mkdir -p /exported
mount -t tmpfs exported /exported
mkdir /exported/www /exported/shop
echo one > /exported/www/page
echo two > /exported/shop/page
mount -t nfsd nfsd /proc/fs/nfsd
mount -t tmpfs state /var/lib/nfs
mkdir -p /var/lib/nfs/v4recovery /var/lib/nfs/rpc_pipefs
touch /var/lib/nfs/etab /var/lib/nfs/rmtab
exportfs -i -o rw,no_subtree_check,fsid=0 '*:/exported'
rpc.mountd -N 2 -N 3
rpc.nfsd -N 3 4
printf '[shop]\\npath = /exported/shop\\n' > /etc/rsyncd.conf
rsync --daemon`;

test.before(async (t) => {
  world = await LabWorld.make();
  await world.write(machines);
  const { times } = await world.up();
  t.log(`all hosts ${times.boot.toFixed(1)} s`);
  t.log(await world.on('client', serveFiles));
  blank = await states();
});
test.after.always(async (t) => t.deepEqual(await world.down(), []));

test.serial('real servers mount and copy, also after a reboot, and leave nothing', async (t) => {
  const server = '10.3.0.50';
  const web = {
    ...shownCluster('content'),
    content: [
      { mount: `${server}:/www`, at: '/srv/www', options: 'ro,soft' },
      { rsync: `rsync://${server}/shop/`, at: '/srv/shop', delete: true },
    ],
  };
  await world.write({ clusters: { web } });
  const run = async (...words: readonly string[]): Promise<string> => {
    const { code, output } = await world.lvsform(...words);
    t.is(code, 0, output);
    return output;
  };
  const pages = (host: string): Promise<string> => world.on(host, 'cat /srv/www/page /srv/shop/page');
  await run('apply', '--lab', '--yes');
  t.is(await pages('rs1'), 'one\ntwo\n');
  t.regex(await world.on('rs1', 'mount -t nfs4'), /10\.3\.0\.50:\/www on \/srv\/www .*\bro\b/);
  await run('plan', '--lab', '--detailed-exitcode');
  await world.reboot('rs1');
  t.is(await pages('rs1'), 'one\ntwo\n');
  // The line of cron, as cron would run it: what is new comes, and what is gone goes.
  await world.on('client', 'echo three > /exported/shop/new; rm /exported/shop/page');
  const line = await world.on('rs1', "grep rsync /etc/cron.d/lvsform-content | cut -d ' ' -f 7-");
  await world.on('rs1', line);
  t.is(await world.on('rs1', 'cd /srv/shop; ls; cat new'), 'new\nthree\n');
  // A mount that somebody took away is drift.
  await world.on('rs2', 'umount /srv/www');
  const drift = await world.lvsform('plan', '--lab', '--detailed-exitcode');
  t.is(drift.code, 2, drift.output);
  t.regex(drift.output, /\+ mount 10\.3\.0\.50:\/www at \/srv\/www/);
  await run('apply', '--lab', '--yes');
  // What it has copied is by now what cron last brought.
  t.is(await world.on('rs2', 'cat /srv/www/page'), 'one\n');
  await run('destroy', '--lab', '--yes');
  // What was copied is somebody's data, and stays.
  t.deepEqual(differing(hosts, blank, await states()), ['rs1 + /srv/shop', 'rs2 + /srv/shop']);
});
