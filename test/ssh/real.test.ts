import { everything as allowed } from '../../src/plan/policy.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { applyPlan } from '../../src/apply/run.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { Secret } from '../../src/model/secret.ts';
import { makePlan } from '../../src/plan/make.ts';
import { hasChanges, type Plan } from '../../src/plan/plan.ts';
import type { Inventory } from '../../src/model/cluster.ts';
import { HostFailure, type Target } from '../../src/port.ts';
import { renderer } from '../../src/render/templates.ts';
import { planText } from '../../src/report/plan-text.ts';
import { plain } from '../../src/report/style.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import { dr, inventoryAt, inventoryOf } from '../support/inventories.ts';
import { type RealHost, realHosts } from '../support/real-hosts.ts';
import { transports } from '../support/transports.ts';
import { outcomes, testClock } from '../support/world.ts';

const noPassword = (): Promise<Secret> => Promise.reject(new Error('no password is wanted'));
const target = (name: string, sudo = false): Target => ({ name, ssh: { host: name, sudo } });

/** What a kernel and the files of a host tell about it. */
const everything = `ip -o -4 addr show | sed 's/\\\\\\\\.*//'; ip -4 route show table all; ip -4 rule show
for key in ip_forward conf/all/arp_ignore conf/all/arp_announce conf/lo/arp_ignore conf/eth0/arp_ignore conf/eth0/send_redirects; do echo "$key $(cat /proc/sys/net/ipv4/$key 2>/dev/null)"; done
cat /etc/hosts /etc/iproute2/rt_tables; ls -lAR /etc/sysctl.d /etc/modules-load.d /etc/systemd/system /usr/local/sbin /var/lib/lvsform 2>/dev/null | grep -v ^total; ipvsadm -Sn; grep /srv /proc/mounts; ls -R /srv`;

const initScript = '/usr/local/sbin/lvs-realserver';

const contentScript = '/usr/local/sbin/lvs-content';
/** The copy as cron makes it. */
const cronCopy = `sh -c "$(sed -n 's/.* root //p' /etc/cron.d/lvsform-content)"`;

interface Case {
  readonly path: string;
  readonly hosts: RealHost[];
  readonly lives: [host: string, command: string, shows: RegExp][];
  /** Where the hosts cannot have what the inventory says. */
  readonly edit?: (inventory: Inventory) => Inventory;
}

const cases: Case[] = [
  {
    path: 'inventories/dr',
    hosts: [
      { name: 'lb1', interfaces: { eth0: '172.16.100.2/24' } },
      { name: 'rs1', interfaces: { eth0: '172.16.100.7/24' }, shell: 'bash' },
      { name: 'rs2', interfaces: { eth0: '172.16.100.8/24' } },
    ],
    lives: [
      ['lb1', 'ip -4 addr show dev eth0', /inet 172\.16\.100\.1\/32 brd 172\.16\.100\.1 scope global eth0:0/],
      ['lb1', 'cat /proc/sys/net/ipv4/conf/all/send_redirects', /^0$/m],
      ['rs1', 'ip -4 addr show dev lo', /inet 172\.16\.100\.1\/32 brd 172\.16\.100\.1 scope global lo:0/],
      ['rs1', 'ip -4 route show', /^172\.16\.100\.1 dev lo scope link/m],
      ['rs2', 'cat /proc/sys/net/ipv4/conf/eth0/arp_announce', /^2$/m],
      ['rs2', `${initScript} stop && cat /proc/sys/net/ipv4/conf/eth0/arp_announce`, /^0$/m],
      ['rs2', `${initScript} start && cat /proc/sys/net/ipv4/conf/eth0/arp_announce`, /^2$/m],
    ],
  },
  {
    path: 'inventories/nat',
    hosts: [
      { name: 'lb1', interfaces: { eth0: '192.168.0.1/24', eth1: '192.168.10.10/24' } },
      {
        name: 'rs1',
        interfaces: { eth0: '192.168.10.2/24' },
        prepare: 'ip route add default via 192.168.10.254 dev eth0 proto static onlink src 192.168.10.2',
        shell: 'bash',
      },
      { name: 'rs2', interfaces: { eth0: '192.168.10.3/24' } },
    ],
    lives: [
      ['lb1', 'cat /proc/sys/net/ipv4/ip_forward', /^1$/m],
      ['rs1', 'ip -4 route show default', /^default via 192\.168\.10\.10 dev eth0\s*$/],
      ['rs2', 'ip -4 route show default', /^default via 192\.168\.10\.10 dev eth0\s*$/],
      [
        'rs1',
        `${initScript} stop && ip -4 route show default`,
        /^default via 192\.168\.10\.254 dev eth0 proto static/,
      ],
      [
        'rs1',
        `${initScript} start && ip -4 route show default`,
        /^default via 192\.168\.10\.10 dev eth0\s*$/,
      ],
      ['rs2', `${initScript} stop && echo "($(ip -4 route show default))"`, /^\(\)$/m],
      [
        'rs2',
        `${initScript} start && ip -4 route show default`,
        /^default via 192\.168\.10\.10 dev eth0\s*$/,
      ],
    ],
  },
  {
    path: 'inventories/content',
    // No NFS here, and nobody to copy from but the host itself.
    edit: ({ clusters, ...rest }) => ({
      ...rest,
      clusters: clusters.map((cluster) => ({
        ...cluster,
        content: cluster.content.map((each) =>
          each.way === 'mount'
            ? { ...each, type: 'tmpfs', from: 'lab', options: 'ro' }
            : { ...each, from: '/opt/shop/' },
        ),
      })),
    }),
    hosts: [
      { name: 'lb1', interfaces: { eth0: '10.1.0.2/24' } },
      ...[1, 2].map((each) => ({
        name: `rs${each}`,
        interfaces: { eth0: `10.1.0.1${each}/24` },
        prepare: 'mkdir -p /opt/shop /srv; echo fresh > /opt/shop/page',
      })),
    ],
    lives: [
      ['rs1', 'cat /proc/mounts', /^lab \/srv\/www tmpfs ro,/m],
      ['rs1', '(echo > /srv/www/x) 2>&1 || true', /Read-only file system/],
      [
        'rs1',
        'cat /etc/cron.d/lvsform-content',
        /^\*\/5 .* rsync -a --timeout=60 --delete \/opt\/shop\/ \/srv\/shop\/$/m,
      ],
      ['rs1', `${contentScript} status; cat /srv/shop/page`, /is running\nfresh/],
      ['rs1', `${contentScript} stop; ${contentScript} status || true`, /is stopped/],
      ['rs1', 'rm -r /srv/shop', /^$/],
      ['rs1', `${cronCopy}; ls -d /srv/shop 2>&1 || true`, /No such file/],
      ['rs1', `${contentScript} start && cat /srv/shop/page`, /^fresh$/m],
      ['rs1', `${contentScript} status`, /is running/],
      ['rs1', `echo fresher > /opt/shop/page; ${cronCopy}; cat /srv/shop/page`, /^fresher$/m],
      ['rs1', `rm /srv/shop/page; ${contentScript} stop; ls -A /srv; cat /proc/mounts`, /^(?![^]*\/srv)/],
      [
        'rs1',
        `${contentScript} start && ${contentScript} start && cat /proc/mounts`,
        /^lab \/srv\/www tmpfs ro,/m,
      ],
      // A copy is the operator's: it stays after a destroy.
      ['rs1', 'rm /srv/shop/page; rmdir /srv/shop', /^$/],
      ['rs2', 'rm -r /srv/shop', /^$/],
    ],
  },
  {
    path: 'inventories/nat-port-mapping',
    hosts: [
      { name: 'lb1', interfaces: { eth0: '192.168.0.1/24', eth1: '192.168.56.102/24' } },
      {
        name: 'rs1',
        interfaces: { eth0: '192.168.0.11/24', eth1: '192.168.56.101/24' },
        prepare: 'ip route add default via 192.168.0.254',
      },
      { name: 'rs2', interfaces: { eth0: '192.168.0.12/24', eth1: '192.168.56.103/24' } },
    ],
    lives: [
      ['rs1', 'ip -4 rule show', /from 192\.168\.56\.101 lookup lvs/],
      ['rs1', 'ip -4 route show table lvs', /^default via 192\.168\.56\.102 dev eth1/m],
      ['rs1', 'ip -4 route show default', /^default via 192\.168\.0\.254 dev eth0/m],
    ],
  },
];

for (const transport of transports) {
  const limits = { connectTimeout: 10_000, silence: 60_000, transport };

  for (const { path, hosts, lives, edit = (inventory: Inventory) => inventory } of cases) {
    test(`${transport}: ${path} on real sshd hosts: applied, alive, nothing left to do, destroyed, as before`, async (t) => {
      const real = await realHosts(t, hosts);
      const ssh = new SshHosts(({ name }) => real.route(name), limits, noPassword);
      t.teardown(() => ssh.close());
      const inventory = edit(await inventoryAt(path));
      const render = renderer(await readTemplates());
      const surroundings = { hosts: ssh, clock: testClock, emit: () => {} };
      const plan = (destroy = false): Promise<Plan> =>
        makePlan(
          {
            inventory,
            path,
            render,
            selection: { limit: [], exclude: [] },
            destroy,
            keep: true,
            forget: [],
            parallelism: 9,
            policy: allowed,
            batches: [],
          },
          surroundings,
        );
      const settle = async (destroy: boolean): Promise<void> => {
        const made = await plan(destroy);
        const results = await applyPlan(made, { who: 'test', since: 'now', why: 'a test' }, 9, surroundings);
        t.deepEqual(
          outcomes(results),
          { lb1: 'changed', rs1: 'changed', rs2: 'changed' },
          JSON.stringify(results, null, 1),
        );
        const again = await plan(destroy);
        t.false(hasChanges(again), planText(again, plain));
      };
      const all = (): Promise<string[]> =>
        Promise.all(
          hosts.map(({ name }) => ssh.run(target(name), `export PATH=$PATH:/usr/sbin\n${everything}`)),
        );
      const before = await all();
      await settle(false);
      for (const [host, command, shows] of lives) t.regex(await real.inside(host, command), shows);
      await settle(true);
      t.deepEqual(await all(), before);
    });
  }

  test(`${transport}: host keys: an unknown one, a changed one, and accept-new`, async (t) => {
    const real = await realHosts(t, [{ name: 'a', interfaces: {} }]);
    const empty = join(real.folder, 'empty');
    const attempt = (hostKey: 'strict' | 'accept-new', knownHosts: string): Promise<string> => {
      const ssh = new SshHosts(
        ({ name }) => real.route(name, { hostKey, knownHosts: [knownHosts] }),
        limits,
        noPassword,
      );
      return ssh.run(target('a'), 'echo hello').finally(() => ssh.close());
    };
    t.is(
      (
        await t.throwsAsync<HostFailure>(attempt('strict', empty), {
          instanceOf: HostFailure,
          message:
            /host key ssh-ed25519 SHA256:\S+ is not known\. .*ssh_host_ed25519_key\.pub.*--host-key accept-new.*ssh-keyscan -p \d+ 127\.0\.0\.1 >> /,
        })
      )?.reason,
      'host-key',
    );
    t.is(await attempt('accept-new', empty), 'welcome to a\nhello\n');
    t.is(await attempt('strict', empty), 'welcome to a\nhello\n');
    const known = await readFile(empty, 'utf8');
    const other = join(real.folder, 'other');
    await writeFile(
      other,
      known.replace(/AAAA\S+/, (await readFile(join(real.folder, 'login.pub'), 'utf8')).split(' ')[1]!),
    );
    for (const policy of ['strict', 'accept-new'] as const) {
      t.is(
        (
          await t.throwsAsync<HostFailure>(attempt(policy, other), {
            instanceOf: HostFailure,
            message: /host key has CHANGED.*other:1 has another.*ssh-keygen -f .* -R '\[127\.0\.0\.1\]:\d+'/,
          })
        )?.reason,
        'host-key',
      );
    }
  });

  test(`${transport}: a login that is refused, a port where nobody listens, and a name that is none`, async (t) => {
    const real = await realHosts(t, [{ name: 'a', interfaces: {} }]);
    const attempt = async (more: Parameters<typeof real.route>[1]): Promise<string> => {
      const ssh = new SshHosts(({ name }) => real.route(name, more), limits, noPassword);
      return ssh.run(target('a'), 'echo hello').finally(() => ssh.close());
    };
    t.is(
      (
        await t.throwsAsync<HostFailure>(attempt({ identities: [join(real.folder, 'host')] }), {
          message: {
            builtin: /root@127\.0\.0\.1 accepts none of the keys offered \(.*\/host\); try: ssh -p/,
            openssh: /root@127\.0\.0\.1 accepts none of the keys offered \(by OpenSSH: .*\); try: ssh -p/,
          }[transport],
        })
      )?.reason,
      'refused',
    );
    t.is(
      (
        await t.throwsAsync<HostFailure>(attempt({ identities: ['/nowhere'] }), {
          message: {
            builtin: /no private key to log in with \(\/nowhere: is not there\)/,
            openssh: /accepts none of the keys offered/,
          }[transport],
        })
      )?.reason,
      'refused',
    );
    t.is(
      (
        await t.throwsAsync<HostFailure>(attempt({ port: 1 }), {
          message: /nothing listens on 127\.0\.0\.1:1; is sshd running/,
        })
      )?.reason,
      'unreachable',
    );
    await t.throwsAsync(attempt({ host: 'no-such-host.invalid' }), { message: /no-such-host\.invalid/ });
  });

  const sudoer = `useradd -m -s /bin/sh op; echo op:s3cret-word | chpasswd
mkdir -p -m 700 /home/op/.ssh; chown op /home/op/.ssh`;

  test(`${transport}: sudo: without a password, with one that is asked for once and never shown, and with a wrong one`, async (t) => {
    const real = await realHosts(t, [
      {
        name: 'free',
        interfaces: {},
        prepare: `${sudoer}; echo 'op ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/op`,
      },
      { name: 'asks', interfaces: {}, prepare: `${sudoer}; echo 'op ALL=(ALL) ALL' > /etc/sudoers.d/op` },
      { name: 'never', interfaces: {}, prepare: sudoer },
    ]);
    for (const host of ['free', 'asks', 'never']) {
      await real.inside(host, 'cp /root/.ssh/authorized_keys /home/op/.ssh/; chown -R op /home/op/.ssh');
    }
    const asked: string[] = [];
    const withPassword = (word: string): SshHosts =>
      new SshHosts(
        ({ name }) => real.route(name, { user: 'op' }),
        limits,
        ({ host, user }) => {
          asked.push(`${user} of ${host}`);
          return Promise.resolve(new Secret(word));
        },
      );
    const right = withPassword('s3cret-word');
    t.teardown(() => right.close());
    const script = `id -u; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c 's3cret-wor[d]'`;
    t.is(await right.run(target('free', true), `${script}; :`), '0\n0\n');
    t.deepEqual(asked, []);
    t.is(await right.run(target('asks', true), `${script}; :`), '0\n0\n');
    t.is(await right.run(target('asks', true), 'echo again'), 'again\n');
    t.is(
      await right.run(target('free', true), 'echo without a password, which nobody wants'),
      'without a password, which nobody wants\n',
    );
    t.deepEqual(asked, ['op of asks']);
    // Only a roster names it: by now the password is known, and still it does not go there.
    const hinted = (name: string): Target => ({ ...target(name, true), hinted: true });
    const alone = withPassword('s3cret-word');
    t.teardown(() => alone.close());
    for (const ssh of [right, alone]) {
      t.is(await ssh.run(hinted('free'), 'id -u'), '0\n');
      const failure = await t.throwsAsync<HostFailure>(ssh.run(hinted('asks'), 'id -u'), {
        message:
          /sudo needs a password there, but lvsform sends none to asks, since only other hosts' manifests name it; put it back/,
      });
      t.is(failure?.reason, 'sudo');
    }
    t.deepEqual(asked, ['op of asks']);
    t.is(
      (
        await t.throwsAsync<HostFailure>(right.run(target('never', true), 'id'), {
          instanceOf: HostFailure,
          message: /sudo/,
        })
      )?.reason,
      'sudo',
    );
    const wrong = withPassword('wr0ng');
    t.teardown(() => wrong.close());
    t.is(
      (
        await t.throwsAsync<HostFailure>(wrong.run(target('asks', true), 'id'), {
          instanceOf: HostFailure,
          message: 'sudo did not accept the password',
        })
      )?.reason,
      'sudo',
    );
  });

  test(`${transport}: every handshake succeeds although sshd turns many away`, async (t) => {
    const real = await realHosts(t, [{ name: 'a', interfaces: {} }]);
    const port = 20_000 + ((2 * process.pid + transports.indexOf(transport)) % 20_000);
    await real.inside('a', `mkdir -p /run/sshd; :`);
    const sshd = spawn(
      '/usr/sbin/sshd',
      [
        '-D',
        '-f',
        '/dev/null',
        '-p',
        String(port),
        '-o',
        'ListenAddress=127.0.0.1',
        '-o',
        `HostKey=${real.folder}/host`,
        '-o',
        'MaxStartups=3:80:8',
        '-o',
        'UsePAM=no',
        '-o',
        'StrictModes=no',
        '-o',
        `AuthorizedKeysFile=${real.folder}/login.pub`,
        '-o',
        'PermitRootLogin=yes',
        '-o',
        `PidFile=${real.folder}/pid`,
      ],
      { stdio: 'ignore' },
    );
    t.teardown(() => sshd.kill());
    const ssh = new SshHosts(() => real.route('a', { port, hostKey: 'off' }), limits, noPassword);
    t.teardown(() => ssh.close());
    const names = Array.from({ length: 30 }, (_, index) => `h${index}`);
    const answers = await Promise.all(names.map((name) => ssh.run(target(name), `echo ${name}`)));
    t.deepEqual(
      answers,
      names.map((name) => `${name}\n`),
    );
  });
}

const usual = { connectTimeout: 10_000, silence: 60_000 };

test('a script that fails, one that never ends, and one that never stops talking', async (t) => {
  const real = await realHosts(t, [{ name: 'a', interfaces: {} }]);
  const ssh = new SshHosts(({ name }) => real.route(name), { ...usual, silence: 700 }, noPassword);
  // What it prints may stand still for a second where the machine is busy.
  const patient = new SshHosts(({ name }) => real.route(name), usual, noPassword);
  t.teardown(() => [ssh, patient].forEach((each) => each.close()));
  t.is(
    (
      await t.throwsAsync<HostFailure>(
        ssh.run(target('a'), 'printf "\\033[31moops\\033[0m\\007" >&2; exit 3'),
        {
          message: 'its shell ended with 3: oops',
        },
      )
    )?.reason,
    'broken',
  );
  t.is(
    (
      await t.throwsAsync<HostFailure>(ssh.run(target('a'), 'sleep 60'), {
        message: /said nothing for 0\.7 s/,
      })
    )?.reason,
    'broken',
  );
  t.is(
    (
      await t.throwsAsync<HostFailure>(patient.run(target('a'), 'cat /dev/zero'), {
        message: /printed more than 32 MiB/,
      })
    )?.reason,
    'broken',
  );
  t.is(await ssh.run(target('a'), 'echo still here'), 'welcome to a\nstill here\n');
  const long = 'x'.repeat(300_000);
  t.is(
    (await ssh.run(target('a'), `printf '%s' '${long}'; cat`)).length,
    'welcome to a\n'.length + long.length,
  );
});

test('a connection that is cut in the middle of a transaction: the host ends it alone and is asked what came of it', async (t) => {
  const real = await realHosts(t, [{ name: 'rs1', interfaces: { eth0: '172.16.100.7/24' } }]);
  const cables = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(real.route('rs1').port, '127.0.0.1');
    cables.add(near).add(far);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on('error', () => {});
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.teardown(() => proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const ssh = new SshHosts(() => real.route('rs1', { port, hostKey: 'off' }), usual, noPassword);
  t.teardown(() => ssh.close());
  const surroundings = { hosts: ssh, clock: testClock, emit: () => {} };
  const inventory = inventoryOf(dr);
  const render = renderer(await readTemplates());
  const plan = (): Promise<Plan> =>
    makePlan(
      {
        inventory,
        path: '',
        render,
        selection: { limit: ['rs1'], exclude: [] },
        destroy: false,
        keep: true,
        forget: [],
        parallelism: 9,
        policy: allowed,
        batches: [],
      },
      surroundings,
    );
  await real.inside(
    'rs1',
    `mv /opt/lvsform-bin/systemctl /opt/lvsform-bin/systemctl.real
     printf '#!/bin/sh\ncase $* in *start*) touch /reached; sleep 1; echo this goes nowhere ;; esac\nexec /opt/lvsform-bin/systemctl.real "$@"\n' > /opt/lvsform-bin/systemctl
     sed -i 's,\${0%/[*]},/opt/lvsform-bin,' /opt/lvsform-bin/systemctl.real; chmod 755 /opt/lvsform-bin/*`,
  );
  const made = await plan();
  const applied = applyPlan(made, { who: 'test', since: 'now', why: 'a test' }, 9, surroundings);
  while ((await real.inside('rs1', 'ls /reached 2>/dev/null || :')) === '') await testClock.sleep(10);
  for (const cable of cables) cable.destroy();
  const [rs1] = await applied;
  t.like(rs1, {
    outcome: 'changed',
    message:
      'the connection was lost; the last step that it started: start lvs-realserver (12 of 12); it finished all the same',
  });
  t.false(hasChanges(await plan()));
  t.is(await real.inside('rs1', 'ls /var/lib/lvsform | grep lock || :'), '');
});

test('keys of an agent, and a host behind a jump host that two targets share', async (t) => {
  const real = await realHosts(t, [{ name: 'bastion', interfaces: {} }]);
  const socket = join(real.folder, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => agent.kill());
  await once(agent.stdout, 'data');
  const added = spawn('ssh-add', ['-q', join(real.folder, 'login')], {
    env: { ...process.env, SSH_AUTH_SOCK: socket },
  });
  t.deepEqual(await once(added, 'close'), [0, null]);
  const byAgent = new SshHosts(
    () => real.route('bastion', { identities: [], identitiesOnly: false, agent: socket }),
    usual,
    noPassword,
  );
  t.teardown(() => byAgent.close());
  t.regex(await byAgent.run(target('bastion'), 'echo by agent'), /by agent/);

  await real.inside(
    'bastion',
    '/usr/sbin/sshd -f /opt/lvsform-ssh/config -p 2222 -o ListenAddress=127.0.0.1 -o PidFile=/run/inner.pid',
  );
  t.teardown(() => real.inside('bastion', 'kill "$(cat /run/inner.pid)"'));
  const jump = real.route('bastion');
  const behind = new SshHosts(
    () => real.route('bastion', { port: 2222, jump, hostKey: 'off' }),
    usual,
    noPassword,
  );
  t.teardown(() => behind.close());
  const answers = await Promise.all(
    ['one', 'two'].map((name) => behind.run(target(name), 'echo "$SSH_CONNECTION"')),
  );
  for (const answer of answers) t.regex(answer, /127\.0\.0\.1 \d+ 127\.0\.0\.1 2222/);
  const nowhere = new SshHosts(() => real.route('bastion', { port: 1, jump }), usual, noPassword);
  t.teardown(() => nowhere.close());
  await t.throwsAsync(nowhere.run(target('x'), 'id'), {
    instanceOf: HostFailure,
    message: /the jump host .* cannot reach 127\.0\.0\.1:1/,
  });
});
test('the rendered scripts do as LSB says: start, status, stop, again and again', async (t) => {
  const inventory = inventoryOf(dr);
  const real = await realHosts(t, [
    { name: 'lb1', interfaces: { eth0: '172.16.100.2/24' } },
    { name: 'rs1', interfaces: { eth0: '172.16.100.7/24' } },
  ]);
  const { rendered } = await import('../../src/components/rendered.ts');
  const render = renderer(await readTemplates());
  const shell = 'PATH=/opt/lvsform-bin:$PATH LVSFORM_ROOT=/';
  // Kernel parameters stay: here no transaction has noted what they were before.
  const state = `ip -o -4 addr show | sed 's/\\\\.*//'; ip -4 route show; cat /.sim/table`;
  for (const family of ['debian', 'rhel6'] as const) {
    for (const [host, script] of [
      ['lb1', 'lvs-director'],
      ['rs1', 'lvs-realserver'],
    ] as const) {
      const documents = rendered(
        inventory,
        inventory.hosts.find(({ name }) => name === host)!,
        family,
        render,
      );
      for (const { path, content } of documents.filter(
        ({ path: each }) => /lvs-|ipvsadm/.test(each) && !/systemd|sysctl/.test(each),
      )) {
        await real.inside(
          host,
          `mkdir -p "$(dirname ${path})" /run/lock/subsys; cat > ${path} <<'THE-END'\n${content.trimEnd()}\nTHE-END\nchmod 755 ${path}`,
        );
      }
      const path = documents.find(({ path: each }) => each.endsWith(`/${script}`))!.path;
      const verb = async (word: string): Promise<number> =>
        Number(await real.inside(host, `${shell} ${path} ${word} >/tmp/said 2>&1; echo $?`));
      const blank = await real.inside(host, state);
      t.is(await verb('status'), 3, `${family} ${script}`);
      for (const [word, code] of [
        ['start', 0],
        ['status', 0],
        ['start', 0],
        ['restart', 0],
        ['status', 0],
        ['stop', 0],
        ['status', 3],
        ['stop', 0],
        ['nonsense', 2],
      ] as const) {
        t.is(
          await verb(word),
          code,
          `${family} ${script} ${word}: ${await real.inside(host, 'cat /tmp/said')}`,
        );
      }
      t.is(await real.inside(host, state), blank, `${family} ${script}`);
    }
  }
});
