import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Target } from '../../src/port.ts';
import { type Route, type SshOptions } from '../../src/ssh/route.ts';
import { sshRoutes } from '../../src/ssh/settings/routes.ts';

const config = `Host 10.0.0.*
  IdentityFile /keys/of-the-user
  StrictHostKeyChecking accept-new
Host 10.1.0.*
  StrictHostKeyChecking no
`;

const target = (host: string, identity: string, more: Partial<Target> = {}): Target => ({
  name: host,
  ssh: { host, identity, sudo: true },
  ...more,
});

async function routes(
  t: ExecutionContext,
  options: Partial<SshOptions> = {},
): Promise<(target: Target) => Route> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-hinted-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'config'), config);
  return sshRoutes({ config: join(folder, 'config'), connectTimeout: 1, silence: 1, ...options });
}

test('a host that only a roster names chooses none of our keys: the user’s own configuration does', async (t) => {
  const of = await routes(t);
  t.deepEqual(of(target('10.0.0.1', '/keys/of-another-host')).identities, ['/keys/of-another-host']);
  const hinted = (host: string, identity: string): Route => of(target(host, identity, { hinted: true }));
  t.deepEqual(hinted('10.0.0.1', '/keys/of-another-host').identities, ['/keys/of-the-user']);
  t.deepEqual(hinted('10.0.0.1', '/keys/of-the-user').identities, ['/keys/of-the-user']);
  const usual = ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((name) => join(homedir(), '.ssh', name));
  t.deepEqual(hinted('10.9.0.1', '/keys/of-another-host').identities, usual);
  const told = await routes(t, { identity: '/keys/of-the-command-line' });
  t.deepEqual(told(target('10.0.0.1', '/keys/of-another-host', { hinted: true })).identities, [
    '/keys/of-the-command-line',
  ]);
});

test('a host that only a roster names is never trusted at first sight', async (t) => {
  const hosts = ['10.0.0.1', '10.1.0.1', '10.9.0.1'];
  const of = await routes(t);
  t.deepEqual(
    hosts.map((host) => of(target(host, '/key')).hostKey),
    ['accept-new', 'off', 'strict'],
  );
  for (const hostKey of [undefined, 'accept-new', 'off', 'strict'] as const) {
    const all = await routes(t, hostKey === undefined ? {} : { hostKey });
    for (const host of hosts) t.is(all(target(host, '/key', { hinted: true })).hostKey, 'strict');
  }
});
