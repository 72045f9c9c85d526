import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import ssh2 from 'ssh2';
import type { FailureReason } from '../../src/port.ts';
import type { Transport } from '../../src/ssh/transport.ts';
import type { Route } from '../../src/ssh/route.ts';
import { exit } from '../../src/report/exit-statuses.ts';
import { lvsformHere } from '../support/cli.ts';
import { hostile } from '../support/hostile.ts';
import { dr } from '../support/inventories.ts';

const seconds = 4;
const limits = { connectTimeout: seconds * 1000, silence: 60_000, reading: seconds * 1000, turnedAway: 1000 };
const within = `within ${seconds} s`;

type Result = { readonly reason?: FailureReason; readonly message?: string; readonly output?: string };

/** What each server comes to: why, with which words, and what had been received. */
const expected: Readonly<Record<string, [FailureReason | undefined, RegExp | undefined, string?]>> = {
  'says nothing': ['unreachable', new RegExp(`did not send the greeting of an SSH server ${within}`)],
  'drips a greeting': ['unreachable', new RegExp(`did not send the greeting of an SSH server ${within}`)],
  'closes each connection': [
    'unreachable',
    /^127\.0\.0\.1:\d+ closes each connection before SSH begins \(tried for 1 s\): is it sshd that listens there\? If it is, raise its MaxStartups$/,
  ],
  'greets and closes': [
    'unreachable',
    /^127\.0\.0\.1:\d+ closes each connection before the login \(tried for 1 s\): see the log of its sshd$/,
  ],
  'exchanges no keys': ['unreachable', new RegExp(`did not finish the key exchange ${within}`)],
  'answers no login': ['unreachable', new RegExp(`did not answer the login ${within}`)],
  'asks for a password again and again': [
    'refused',
    /accepts none of the keys offered \(\S+\/key\); try: ssh -p \d+ root@127\.0\.0\.1$/,
  ],
  'opens no session': ['broken', new RegExp(`^it did not answer the request for a session ${within}`)],
  'refuses sessions': ['broken', /does not let us run a command: .*MaxSessions/],
  'runs no command': ['broken', new RegExp(`^it did not answer the request for a session ${within}`)],
  'refuses commands': ['broken', /does not let us run a command/],
  'gives no answer': ['broken', new RegExp(`^it did not answer ${within}`)],
  'drips an answer': ['broken', new RegExp(`did not finish its answer ${within}`)],
  'drips errors': ['broken', new RegExp(`did not finish its answer ${within}`)],
  'floods with output': ['broken', /printed more than 32 MiB of output|did not finish its answer/],
  'floods with errors': ['broken', /printed more than 1 MiB of errors|did not finish its answer/],
  'breaks off': ['broken', /the connection was lost/, 'half of an ans'],
  'does not close the session': [undefined, undefined, 'whole'],
};

/** What OpenSSH's client does not tell us apart. */
const byOpenssh: typeof expected = {
  'asks for a password again and again': ['refused', /accepts none of the keys offered .*Permission denied/],
  'opens no session': ['broken', new RegExp(`^it did not answer ${within}`)],
  'refuses sessions': ['broken', /the connection was lost/],
  'runs no command': ['broken', new RegExp(`^it did not answer ${within}`)],
  'refuses commands': ['broken', new RegExp(`the connection was lost|^it did not answer ${within}`)],
  // It may end before it has passed on what came.
  'breaks off': ['broken', /the connection was lost/],
  'does not close the session': ['broken', new RegExp(`did not finish its answer ${within}`), 'whole'],
};

async function loginKey(t: ExecutionContext): Promise<{ folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-hostile-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'key');
  await writeFile(path, ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private, { mode: 0o600 });
  return { folder, path };
}

function routeTo(port: number, key: string, more: Partial<Route> = {}): Route {
  return {
    host: '127.0.0.1',
    port,
    user: 'root',
    identities: [key],
    identitiesOnly: true,
    agent: undefined,
    knownHosts: [],
    hostKey: 'off',
    jump: undefined,
    ...more,
  };
}

/** Reads hosts in a process of its own, and waits until that has ended by itself. */
async function read(
  routes: Readonly<Record<string, Route>>,
  transport: Transport = 'builtin',
): Promise<Record<string, Result>> {
  const program = fileURLToPath(new URL('../support/read-hosts.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [program, JSON.stringify({ routes, limits: { ...limits, transport } })],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let printed = '';
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
  const late = setTimeout(() => child.kill('SIGKILL'), 100_000);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(late);
  if (code !== 0) throw new Error(`it ended with ${code ?? signal}, having said: ${printed}`);
  return JSON.parse(printed) as Record<string, Result>;
}

for (const transport of ['builtin', 'openssh'] as const) {
  test.serial(
    `no server holds a reading up by ${transport}: each wait has its end and its name, and the process ends`,
    async (t) => {
      const { path } = await loginKey(t);
      const routes: Record<string, Route> = {};
      for (const name of Object.keys(expected)) {
        const { port, stop } = await hostile[name]!();
        t.teardown(stop);
        routes[name] = routeTo(port, path);
      }
      const results = await read(routes, transport);
      const all = transport === 'openssh' ? { ...expected, ...byOpenssh } : expected;
      for (const [name, [reason, message, output]] of Object.entries(all)) {
        const result = results[name]!;
        t.is(result.reason, reason, `${name}: ${result.message}`);
        if (message !== undefined) t.regex(result.message ?? '', message, name);
        if (output !== undefined) t.is(result.output, output, name);
      }
    },
  );
}

test('--timeout limits how long a host is tried again that closes each connection', async (t) => {
  const { folder, path } = await loginKey(t);
  const { port, stop } = await hostile['closes each connection']!();
  t.teardown(stop);
  await writeFile(join(folder, 'inventory.yaml'), dr);
  await writeFile(join(folder, 'ssh_config'), `Host *\n  HostName 127.0.0.1\n  Port ${port}\n`);
  const where = ['-i', join(folder, 'inventory.yaml'), '--ssh-config', join(folder, 'ssh_config')];
  const { code, out } = await lvsformHere('plan', ...where, '--identity', path, '--timeout', '2');
  t.is(code, exit.unreachable);
  t.is(out.match(/closes each connection before SSH begins \(tried for 2 s\)/g)?.length, 3, out);
});

test('a jump host that opens no way is named, and is no end of the others', async (t) => {
  const { path } = await loginKey(t);
  const [jump, nothing] = await Promise.all([hostile['forwards nothing']!(), hostile['says nothing']!()]);
  t.teardown(() => [jump, nothing].forEach(({ stop }) => stop()));
  const { behind } = await read({
    behind: routeTo(nothing.port, path, { jump: routeTo(jump.port, path) }),
  });
  t.is(behind!.reason, 'unreachable');
  t.is(
    behind!.message,
    `the jump host 127.0.0.1 did not open a way to 127.0.0.1:${nothing.port} ${within}; is that host up?`,
  );
});

test('an agent that hangs is passed over for the keys of files, and named where there are none', async (t) => {
  const { folder, path } = await loginKey(t);
  const agent = join(folder, 'agent');
  const sockets = createServer(() => {});
  sockets.listen(agent);
  await once(sockets, 'listening');
  t.teardown(() => sockets.close());
  const [lets, refuses] = await Promise.all([
    hostile['does not close the session']!(),
    hostile['asks for a password again and again']!(),
  ]);
  t.teardown(() => [lets, refuses].forEach(({ stop }) => stop()));
  const found = await read({
    lets: routeTo(lets.port, path, { agent, identitiesOnly: false }),
    refuses: routeTo(refuses.port, '/nowhere', { agent, identitiesOnly: false }),
  });
  t.is(found['lets']!.output, 'whole', found['lets']!.message);
  t.is(found['refuses']!.reason, 'refused');
  t.regex(found['refuses']!.message ?? '', /the agent at \S+ gave no answer within 2 s/);
});
