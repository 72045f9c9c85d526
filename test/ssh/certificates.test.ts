import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { HostFailure } from '../../src/port.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import type { Route } from '../../src/ssh/route.ts';
import type { Transport } from '../../src/ssh/transport.ts';
import { type Sshds, sshds } from '../support/sshds.ts';

const run = promisify(execFile);
let ca: string;
let servers: Sshds;

test.before(async (t) => {
  ca = await mkdtemp(join(tmpdir(), 'lvsform-ca-'));
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(ca, 'ca')]);
  servers = await sshds(
    {
      certified: ['HostCertificate=%D/certified-cert.pub', `TrustedUserCAKeys=${ca}/ca.pub`],
    },
    async (folder) => {
      const sign = (...words: string[]) =>
        run('ssh-keygen', ['-q', '-s', join(ca, 'ca'), '-I', 'a test', ...words]);
      await sign('-h', '-n', '127.0.0.1', join(folder, 'certified.pub'));
      await sign('-n', 'root', join(folder, 'other.pub'));
    },
  );
  t.pass();
});

test.after.always(async () => {
  await servers?.stop();
  await rm(ca, { recursive: true });
});

/** A login with these keys, by a host key that the authority vouches for, or one that is known. */
async function login(
  transport: Transport,
  key: 'login' | 'other',
  more: Partial<Route> = {},
): Promise<string[]> {
  const port = servers.port('certified');
  const known = join(servers.folder, 'by-authority');
  await writeFile(known, `@cert-authority [127.0.0.1]:${port} ${await readFile(join(ca, 'ca.pub'), 'utf8')}`);
  const said: string[] = [];
  const route: Route = {
    host: '127.0.0.1',
    port,
    user: 'root',
    identities: [join(servers.folder, key)],
    identitiesOnly: true,
    agent: undefined,
    knownHosts: [known],
    hostKey: 'strict',
    jump: undefined,
    ...more,
  };
  const say = (text: string): void => void said.push(text);
  const limits = { connectTimeout: 10_000, silence: 10_000, transport, say };
  const hosts = new SshHosts(
    () => route,
    limits,
    () => Promise.reject(new Error('no password')),
  );
  try {
    const answer = await hosts.run({ name: 'a', ssh: { host: 'a', sudo: false } }, 'echo $SERVER', 'read');
    return [answer.trim(), ...said];
  } finally {
    hosts.close();
  }
}

for (const [title, key, more, why] of [
  ['of the host', 'login', () => ({}), /by OpenSSH, because of @cert-authority$/],
  [
    'of the user',
    'other',
    () => ({ knownHosts: [join(servers.folder, 'known_hosts')] }),
    /because of the certificate \S+other-cert\.pub$/,
  ],
  ['of both', 'other', () => ({}), /because of/],
] as const) {
  test.serial(`a certificate ${title} leads to OpenSSH, and the library says why it cannot`, async (t) => {
    const [answer, said] = await login('auto', key, more());
    t.is(answer, 'certified');
    t.regex(said ?? '', why);
    t.deepEqual(await login('openssh', key, more()), ['certified']);
    await t.throwsAsync(login('builtin', key, more()), {
      instanceOf: HostFailure,
      message: /only OpenSSH’s own client .*--transport auto/,
    });
  });
}

test.serial('a key that was revoked is refused although an authority vouches for it', async (t) => {
  const revoked = join(servers.folder, 'revoked');
  await appendFile(revoked, `${servers.hostKey('certified')}\n`);
  for (const transport of ['auto', 'openssh'] as const) {
    const error = await t.throwsAsync(login(transport, 'login', { revoked }), { instanceOf: HostFailure });
    t.is(error?.reason, 'host-key', error?.message);
  }
});
