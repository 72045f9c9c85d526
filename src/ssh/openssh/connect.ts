import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Route } from '../route.ts';
import type { Connection, Runner } from '../transport.ts';
import { session } from './session.ts';
import { Talk } from './talk.ts';
import { wordsTo } from './words.ts';

/** Ends ssh with its standard input, so that it never outlives lvsform. */
const watched = `exec 3<&0
"$@" </dev/null 3<&- & ssh=$!
{ read -r _ <&3; kill $ssh; } >/dev/null 2>&1 & watch=$!
wait $ssh; status=$?
kill $watch 2>/dev/null
exit $status`;

/** How a connection is made. */
export interface Making {
  /** Milliseconds for each of its waits, over the whole of it. */
  readonly connectTimeout: number;
  /** Hears the fingerprint of the host key that was trusted. */
  readonly met: (fingerprint: string) => void;
  /** The connection to the jump host. */
  readonly through: OpensshConnection | undefined;
}

/** A connection that can also lead to other hosts, by its socket. */
export interface OpensshConnection extends Connection {
  readonly socket: string;
}

/** Makes a connection by OpenSSH's client, which any number of commands can use. Throws TurnedAway where another try may help, else HostFailure. */
export async function connect(
  route: Route,
  { connectTimeout, met, through }: Making,
): Promise<OpensshConnection> {
  const folder = await mkdtemp(join(socketBase(), 'lvsform-ssh-'));
  const socket = join(folder, 's');
  const options = [
    'LogLevel=DEBUG1',
    'ControlMaster=yes',
    `ControlPath=${socket.replaceAll('%', '%%')}`,
    'ControlPersist=no',
    ...(route.hostKey === 'off' ? await anyKey(route, join(folder, 'known')) : []),
  ];
  const words = wordsTo(route, { connectTimeout, options, via: through?.socket });
  const child = start(words);
  const limit = route.connectTimeout ?? connectTimeout;
  const talk = new Talk(route);
  const client = new Client(socket);
  const drop = (): void => {
    client.killAll();
    child.stdin.destroy();
    child.stderr.destroy();
    child.unref();
    rmSync(folder, { recursive: true, force: true });
  };
  child.stdin.on('error', () => {});
  return new Promise((resolve, reject) => {
    let late: NodeJS.Timeout | undefined;
    const fail = (error: Error): void => {
      clearTimeout(late);
      drop();
      reject(error);
    };
    const wait = (): void => {
      clearTimeout(late);
      late = setTimeout(() => fail(talk.late(limit)), limit);
    };
    wait();
    child.stderr.on('data', (data: Buffer) =>
      talk.hear(data.toString('latin1'), () => {
        if (talk.phase !== 'ready') {
          wait();
          return;
        }
        clearTimeout(late);
        met(talk.key?.split(' ')[1] ?? '');
        resolve({ client, end: drop, drop, socket });
      }),
    );
    child.once('error', fail);
    child.once('close', () => {
      if (talk.phase === 'ready') {
        drop();
        client.emit('close');
      } else fail(talk.failure());
    });
  });
}

function start(words: readonly string[]): ChildProcessByStdio<Writable, null, Readable> {
  return spawn('sh', ['-c', watched, 'sh', 'ssh', '-N', ...words], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // A signal from the terminal is for lvsform alone: it decides what ends.
    detached: true,
  });
}

class Client extends EventEmitter implements Runner {
  readonly #socket: string;
  readonly #sessions = new Set<ReturnType<typeof session>>();

  constructor(socket: string) {
    super();
    this.#socket = socket;
    this.on('error', () => {});
  }

  exec(command: string, answer: Parameters<Runner['exec']>[1]): void {
    const made = session(this.#socket, command);
    this.#sessions.add(made);
    made.on('close', () => void this.#sessions.delete(made));
    answer(undefined, made);
  }

  killAll(): void {
    for (const each of this.#sessions) each.kill();
    this.#sessions.clear();
  }
}

/** Any key but a revoked one, which ssh lets pass by `StrictHostKeyChecking=no`. */
async function anyKey({ knownHosts, globalKnownHosts = [] }: Route, file: string): Promise<string[]> {
  const texts = await Promise.all(
    [...knownHosts, ...globalKnownHosts].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const revoked = texts.flatMap((text) => text.split('\n').filter((each) => each.startsWith('@revoked')));
  await writeFile(file, revoked.map((each) => `${each}\n`).join(''), { mode: 0o600 });
  return ['StrictHostKeyChecking=accept-new', `UserKnownHostsFile="${file}"`, 'GlobalKnownHostsFile=none'];
}

/** A socket's path has 107 bytes at most (unix(7)), of which OpenSSH needs 17 for a name that it takes at first. */
function socketBase(): string {
  const base = tmpdir();
  return Buffer.byteLength(base) > 60 ? '/tmp' : base;
}
