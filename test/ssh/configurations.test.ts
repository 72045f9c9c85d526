import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import type { Target } from '../../src/port.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import type { Route, SshOptions } from '../../src/ssh/route.ts';
import { type Answer, parseAnswer } from '../../src/ssh/settings/answer.ts';
import { Asked } from '../../src/ssh/settings/asked.ts';
import { sshRoutes } from '../../src/ssh/settings/routes.ts';
import { readSshConfig } from '../../src/ssh/settings/ssh-config.ts';
import { UserError } from '../../src/user-error.ts';
import { type Sshds, sshds } from '../support/sshds.ts';

interface Row {
  readonly title: string;
  readonly config: string;
  readonly host?: string;
  /** Texts, or the names of files to copy. */
  readonly files?: Readonly<Record<string, string>>;
  readonly agent?: boolean;
  readonly bare?: boolean;
  readonly is?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly refused?: string;
  readonly stricter?: boolean;
}

const run = promisify(execFile);
/** ssh has been seen to go on for ever. */
const limited = { timeout: 20_000 };
const rows = load(
  await readFile(fileURLToPath(new URL('../../../test/ssh/configurations.yaml', import.meta.url)), 'utf8'),
) as Row[];

let servers: Sshds;
let agent: ChildProcess;

test.before(async (t) => {
  servers = await sshds({ target: [], gate: [], inner: [] });
  const socket = join(servers.folder, 'agent');
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(agent.stdout!, 'data');
  await run('ssh-add', ['-q', join(servers.folder, 'agents')], {
    env: { ...process.env, SSH_AUTH_SOCK: socket },
  });
  t.pass();
});

test.after.always(async () => {
  agent?.kill();
  await servers?.stop();
});

/** A row's files in a folder of their own. */
async function laidOut(
  t: ExecutionContext,
  row: Row,
): Promise<{ folder: string; row: Row; options: SshOptions }> {
  const folder = await mkdtemp(join(servers.folder, 'row-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const name of ['login', 'other', 'agents.pub', 'known_hosts']) {
    await copyFile(join(servers.folder, name), join(folder, name));
  }
  await symlink(join(servers.folder, 'agent'), join(folder, 'agent'));
  const filled = JSON.parse(
    ['target', 'gate', 'inner']
      .reduce((text, name) => {
        const [port, word] = [String(servers.port(name)), name.toUpperCase()];
        return text
          .replaceAll(`$${word}_KEY`, servers.hostKey(name))
          .replaceAll(`"$${word}"`, port)
          .replaceAll(`$${word}`, port);
      }, JSON.stringify(row))
      .replaceAll(/\$D\b/g, folder),
  ) as Row;
  for (const [name, text] of Object.entries(filled.files ?? {})) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text === 'login' ? await readFile(join(folder, 'login')) : text, {
      mode: 0o600,
    });
  }
  const common = `Host *\n  User root\n  IdentityFile ${folder}/login\n  UserKnownHostsFile ${folder}/known_hosts\n`;
  const config = join(folder, 'config');
  await writeFile(config, `${filled.config}\n${filled.bare === true ? '' : common}`);
  process.env['LVSFORM_TEST_FOLDER'] = folder;
  return {
    folder,
    row: filled,
    options: { config, connectTimeout: 10_000, usualTimeout: true, silence: 10_000 },
  };
}

const targetOf = ({ host = 't' }: Row): Target => ({ name: host, ssh: { host, sudo: false } });

const plainly = ({ command: _command, ...rest }: Route): unknown => JSON.parse(JSON.stringify(rest));

for (const row of rows) {
  test.serial(`as ssh -G has it: ${row.title}`, async (t) => {
    const { row: filled, options } = await laidOut(t, row);
    const { host = 't', is, error, refused } = filled;
    const target = targetOf(filled);
    const routed = async (installed: boolean): Promise<Route> =>
      (await sshRoutes(options, installed))(target);
    if (refused !== undefined) {
      const thrown = await t.throwsAsync(routed(false), { instanceOf: UserError });
      t.regex(thrown?.message.toLowerCase() ?? '', new RegExp(refused.toLowerCase()));
    }
    if (error !== undefined) {
      await t.throwsAsync(routed(true), { instanceOf: UserError, message: new RegExp(error) });
      return;
    }
    const { stdout } = await run('ssh', ['-T', '-G', '-F', options.config!, '--', host]);
    const asked = new Asked(options.config, await readSshConfig(options.config));
    // Whoever is asked for first may share the answer.
    asked.of({ name: 'another.example' });
    const sorted = (answer: Answer): unknown =>
      Object.fromEntries([...answer].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    t.deepEqual(sorted(asked.of({ name: host })), sorted(parseAnswer(stdout)));
    const route = await routed(true);
    for (const [key, value] of Object.entries(is!)) {
      if (value === null) t.is(route[key as keyof Route], undefined, key);
      else t.like({ found: route[key as keyof Route] }, { found: value }, key);
    }
    if (refused === undefined) t.deepEqual(plainly(await routed(false)), plainly(route));
  });

  for (const transport of ['auto', 'openssh'] as const) {
    test.serial(`a login as ssh does it, with --transport ${transport}: ${row.title}`, async (t) => {
      const [theirs, ours] = [await laidOut(t, row), await laidOut(t, row)];
      const { host = 't' } = row;
      servers.entered();
      process.env['LVSFORM_TEST_FOLDER'] = theirs.folder;
      const words = ['-F', theirs.options.config!, '-o', 'BatchMode=yes', '--', host, 'echo $SERVER'];
      const bySsh = await run('ssh', words, limited).then(
        ({ stdout }) => stdout,
        () => 'no login',
      );
      const wayOfSsh = servers.entered();
      process.env['LVSFORM_TEST_FOLDER'] = ours.folder;
      const said = await login(t, ours.row, { ...ours.options, transport });
      if (row.stricter === true) {
        t.is(bySsh, 'target\n');
        t.regex(said, /no login: HostFailure: .*revoked/);
        return;
      }
      t.is(said.startsWith('no login') ? 'no login' : said, bySsh, said);
      t.deepEqual(servers.entered(), wayOfSsh);
      const [one, other] = await Promise.all(
        [theirs, ours].map(({ folder }) => readFile(join(folder, 'new'), 'utf8').catch(() => '')),
      );
      t.is(other!.slice(0, 3), one!.slice(0, 3));
    });
  }
}

test.serial(
  'a jump host is shared only by hosts that trust the same keys of it, and reach it in the same way',
  async (t) => {
    const place = 'HostName 127.0.0.1\n  Port';
    const row: Row = {
      title: 'two ways',
      files: { revoked: '$GATE_KEY\n' },
      config: `Host t u v\n  ${place} $TARGET\nHost t\n  ProxyJump a\nHost u\n  ProxyJump b\nHost v\n  ProxyJump closed,a
Host a b\n  ${place} $GATE\nHost b\n  RevokedHostKeys $D/revoked\nHost closed\n  ${place} 1`,
    };
    const { options } = await laidOut(t, row);
    const hosts = new SshHosts(await sshRoutes(options), options, () =>
      Promise.reject(new Error('no password')),
    );
    t.teardown(() => hosts.close());
    const ask = (name: string): Promise<string> =>
      hosts.run({ name, ssh: { host: name, sudo: false } }, 'echo $SERVER', 'read');
    t.is(await ask('t'), 'target\n');
    await t.throwsAsync(ask('u'), { message: /revoked/ });
    await t.throwsAsync(ask('v'));
  },
);

for (const transport of ['auto', 'openssh'] as const) {
  for (const setting of [
    'ForkAfterAuthentication yes',
    'RemoteCommand echo another',
    'RequestTTY force',
    'SessionType none',
    'SessionType subsystem',
    'StdinNull yes',
    'PermitLocalCommand yes\n  LocalCommand echo local; echo local >&2',
    'EscapeChar a',
    'ControlMaster auto\n  ControlPath $D/of-the-user\n  ControlPersist yes',
    'VisualHostKey yes',
    'BatchMode no',
    'LogLevel QUIET',
    'ClearAllForwardings no\n  LocalForward 127.0.0.1:1 127.0.0.1:1\n  ExitOnForwardFailure yes',
  ]) {
    test.serial(
      `what ssh_config wants for a user’s own sessions is not for ours, with --transport ${transport}: ${setting}`,
      async (t) => {
        const place = 'Host t\n  HostName 127.0.0.1\n  Port $TARGET';
        const { folder, row, options } = await laidOut(t, {
          title: setting,
          config: `${place}\n  ${setting}`,
        });
        t.is(await login(t, row, { ...options, transport }), 'target\n');
        await t.throwsAsync(access(join(folder, 'of-the-user')));
      },
    );
  }

  test.serial(`RevokedHostKeys below ~ is read, with --transport ${transport}`, async (t) => {
    // A path from the user's home directory, so that the test needs nothing there.
    const config = 'Host t\n  HostName 127.0.0.1\n  Port $TARGET\n  RevokedHostKeys ~/$UP$D/revoked';
    const up = relative(homedir(), '/');
    for (const [key, answer] of [
      ['$GATE_KEY', /^target\n$/],
      ['$TARGET_KEY', /^no login: HostFailure: .*revoked/],
    ] as const) {
      const files = { revoked: `${key}\n` };
      const { row, options } = await laidOut(t, { title: 'home', config: config.replace('$UP', up), files });
      t.regex(await login(t, row, { ...options, transport }), answer);
    }
  });
}

test('what is written for a name goes before what is written for its address, also if it is the default', async (t) => {
  const row: Row = {
    title: 'defaults',
    config:
      'Host lb1\n  StrictHostKeyChecking ask\n  Port 22\nHost 127.*\n  StrictHostKeyChecking no\n  Port 2222\n  User admin',
    bare: true,
  };
  const { options } = await laidOut(t, row);
  for (const installed of [true, false]) {
    const route = (await sshRoutes(options, installed))({
      name: 'lb1',
      ssh: { host: '127.0.0.1', sudo: false },
    });
    t.like(route, { host: '127.0.0.1', port: 22, hostKey: 'strict', user: 'admin' });
  }
});

/** What lvsform hears from the host, or `no login` and why. */
async function login(t: ExecutionContext, row: Row, options: SshOptions): Promise<string> {
  try {
    const routes = await sshRoutes(options);
    const hosts = new SshHosts(routes, options, () => Promise.reject(new Error('no password is wanted')));
    t.teardown(() => hosts.close());
    return await hosts.run(targetOf(row), 'echo $SERVER', 'read');
  } catch (error) {
    return `no login: ${String(error)}`;
  }
}
