import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { line } from '../../src/shell/quote.ts';
import { type SshOptions, sshRoutes } from '../../src/ssh/settings.ts';

test('CanonicalizeHostname asks no name server: each look at ssh_config would wait for it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-settings-'));
  const path = process.env['PATH'];
  t.teardown(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, 'nslookup'), `#!/bin/sh\n: > ${folder}/asked\n`);
  await chmod(join(folder, 'nslookup'), 0o755);
  process.env['PATH'] = `${folder}:${path}`;
  await writeFile(
    join(folder, 'config'),
    'Host *\n  canonicalizehostname yes\n  CanonicalDomains one.test two.test\n  Port 2222\n',
  );
  const routeOf = await sshRoutes({ config: join(folder, 'config'), connectTimeout: 1, silence: 1 });
  const { host, port } = routeOf({ name: 'rs1', ssh: { host: 'rs1.internal', sudo: false } });
  t.deepEqual({ host, port }, { host: 'rs1.internal', port: 2222 });
  t.deepEqual((await readdir(folder)).toSorted(), ['config', 'nslookup']);
});

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
