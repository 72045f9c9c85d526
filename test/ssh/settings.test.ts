import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { HostFailure, type Target } from '../../src/port.ts';
import { UserError } from '../../src/user-error.ts';
import { line } from '../../src/shell/quote.ts';
import type { Routes, SshOptions } from '../../src/ssh/route.ts';
import { sshRoutes } from '../../src/ssh/settings/routes.ts';

/** An ssh_config in a folder of its own, and how it is asked about hosts. */
async function configured(
  t: ExecutionContext,
  text: string,
  options: Partial<SshOptions> = {},
  installed?: boolean,
): Promise<{ routes: Routes; config: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-settings-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const config = join(folder, 'config');
  await writeFile(config, text);
  return {
    routes: await sshRoutes({ config, connectTimeout: 1, silence: 1, ...options }, installed),
    config,
    folder,
  };
}

const named = (name: string, host = name): Target => ({ name, ssh: { host, sudo: false } });

/** ssh itself would start one process after another for these. */
const circles: readonly [title: string, config: string][] = [
  ['two', 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n'],
  ['three', 'Host a\n  ProxyJump b\nHost b\n  ProxyJump c\nHost c\n  ProxyJump b\n'],
];

for (const [title, text] of circles) {
  for (const installed of [true, false]) {
    test(`jump hosts in a circle are refused, with and without ssh: ${title}, ${installed}`, async (t) => {
      const { routes } = await configured(t, text, {}, installed);
      t.throws(() => routes(named('a')), {
        instanceOf: UserError,
        message: /ProxyJump leads in a circle: a, b/,
      });
    });
  }
}

test('CanonicalizeHostname is refused by name where there is no ssh to ask', async (t) => {
  const { routes, config } = await configured(t, 'Host *\n  CanonicalizeHostname yes\n', {}, false);
  const thrown = t.throws(() => routes(named('rs1')), { instanceOf: UserError });
  t.is(thrown?.message, `${config}:2: lvsform does not understand canonicalizehostname`);
  t.regex(thrown?.hint ?? '', /openssh-client/);
});

test('what is not understood is refused only for hosts that it means', async (t) => {
  const { routes } = await configured(t, 'Host a\n  ProxyCommand x\nHost *\n  Port 23\n', {}, false);
  t.throws(() => routes(named('a')), { message: /:2: lvsform does not understand proxycommand/ });
  t.is(routes(named('b')).port, 23);
});

test('a name that is none is asked of nobody', async (t) => {
  const { routes } = await configured(t, '');
  for (const host of ['-oProxyCommand=x', 'a b', 'root@b', 'ssh://b', '$(x)', '']) {
    t.throws(() => routes(named('a', host)), { instanceOf: HostFailure, message: /is no name of a host/ });
  }
});

/** How many processes answer for 200 hosts. */
const costs: readonly [title: string, config: (names: readonly string[]) => string, processes: number][] = [
  ['nothing of their own', () => 'Host *\n  User root\n', 1],
  [
    'a block each, and a key each',
    (names) =>
      `${names.map((name, at) => `Host ${name}\n  HostName 10.0.0.${at}\n  Port ${1000 + at}\n  IdentityFile /keys/${at}\n`).join('')}Host *\n  ControlPath ~/%C\n`,
    1,
  ],
  ['two kinds', (names) => `Host ${names[0]} ${names[1]}\n  ProxyJump gate\nHost *\n  User root\n`, 2],
];

for (const [title, config, processes] of costs) {
  test.serial(`one process answers for all hosts that ssh_config cannot tell apart: ${title}`, async (t) => {
    const names = Array.from({ length: 200 }, (_, index) => `rs${index}`);
    const { routes, folder } = await configured(t, config(names));
    const path = process.env['PATH'];
    t.teardown(() => (process.env['PATH'] = path));
    await writeFile(join(folder, 'ssh'), `#!/bin/sh\necho >> ${folder}/asked\nPATH=${path}\nexec ssh "$@"\n`);
    await chmod(join(folder, 'ssh'), 0o755);
    process.env['PATH'] = `${folder}:${path}`;
    await routes.learn!(names.map((name) => named(name)));
    for (const name of names) t.is(routes(named(name)).alias, undefined);
    const asked = await readFile(join(folder, 'asked'), 'utf8');
    t.is(asked.length, processes);
  });
}

const reached = `Host lb1
  HostName 10.0.0.1
  User deploy
  Port 2222
  IdentityFile ~/.ssh/of-lb1
Host rs1
  User deploy
  IdentityFile /keys/rs1
  ProxyJump gate
Host 10.0.0.7
  Port 2207
`;

/** How a host is reached, and the ssh command that reaches it so; $F is the ssh_config of the command line. */
const commands: readonly [
  title: string,
  host: string,
  options: Partial<SshOptions>,
  ssh: Record<string, unknown>,
  command: string,
][] = [
  ['an alias of ssh_config', 'lb1', {}, {}, 'ssh -F $F lb1'],
  ['a user and a port over it', 'lb1', { user: 'root', port: 22 }, {}, 'ssh -F $F -p 22 root@lb1'],
  ['the same as it says', 'lb1', { user: 'deploy', port: 2222 }, {}, 'ssh -F $F lb1'],
  [
    'a key of the command line',
    'lb1',
    { identity: '/my key' },
    {},
    "ssh -F $F -i '/my key' -o IdentitiesOnly=yes lb1",
  ],
  [
    'what ssh_config has for the name only',
    'rs1',
    {},
    { host: '10.0.0.7' },
    'ssh -F $F -i /keys/rs1 -J gate deploy@10.0.0.7',
  ],
  [
    'what the inventory says',
    'rs2',
    {},
    { host: '10.0.0.8', user: 'root', port: 22, identity: '~/id' },
    `ssh -F $F -i ${homedir()}/id -o IdentitiesOnly=yes ${userInfo().username === 'root' ? '' : 'root@'}10.0.0.8`,
  ],
  ['nothing is said', 'rs9', {}, { host: '10.0.0.9' }, 'ssh -F $F 10.0.0.9'],
];

for (const [title, name, options, ssh, command] of commands) {
  test(`the ssh command that reaches a host in the same way: ${title}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'lvsform-settings-'));
    t.teardown(() => rm(folder, { recursive: true }));
    const config = join(folder, 'config');
    await writeFile(config, reached);
    const routeOf = await sshRoutes({ config, connectTimeout: 1, silence: 1, ...options });
    const route = routeOf({ name, ssh: { host: '10.0.0.1', sudo: false, ...ssh } });
    t.is(line(route.command!), command.replace('$F', config));
  });
}

test('without an ssh_config of the command line the command names none', async (t) => {
  const routeOf = await sshRoutes({ connectTimeout: 1, silence: 1 });
  t.false(routeOf({ name: 'lb1', ssh: { host: '10.0.0.1', sudo: false } }).command!.includes('-F'));
});
