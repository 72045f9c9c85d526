import type { Duplex } from 'node:stream';
import ssh2, { type AnyAuthMethod, type Client } from 'ssh2';
import { HostFailure } from '../port.ts';
import { line } from '../shell/quote.ts';
import { BoundedAgent } from './agent.ts';
import { algorithms, preferred } from './algorithms.ts';
import type { SshFiles } from './files.ts';
import { judge } from './host-key.ts';
import type { Identity } from './keys.ts';
import { knownName } from './known-hosts.ts';
import { TurnedAway } from './lost.ts';
import type { Route } from './settings.ts';
import { open } from './socket.ts';

/** An authenticated connection. */
export interface Connection {
  readonly client: Client;
  /** Says goodbye, and does not wait long for an answer to that. */
  readonly end: () => void;
  /** Cuts it off at once: nothing of it keeps the process from ending. */
  readonly drop: () => void;
}

/** Milliseconds that the other side has to close a connection after our goodbye. */
const farewell = 1000;

/**
 * Connects and authenticates. `through` is a stream to the host where a jump host provides one. Each of its waits has
 * `connectTimeout` as its limit, over the whole of it. `met` hears the host key that was trusted. Throws TurnedAway where
 * another try may help, else HostFailure.
 */
export async function connect(
  route: Route,
  files: SshFiles,
  limits: { readonly connectTimeout: number },
  met: (hostKey: Buffer) => void,
  through?: Duplex,
): Promise<Connection> {
  const name = knownName(route.host, route.port);
  const known = await files.knownHosts(route.knownHosts);
  const { identities, refused } = await files.identities(route.identities);
  // Half of the time, so that the keys of files still have theirs.
  const agent =
    route.agent === undefined ? undefined : new BoundedAgent(route.agent, limits.connectTimeout / 2);
  const attempts = authentication(route, identities, agent);
  if (attempts.length === 0) throw noKey(refused);
  let keyProblem: string | undefined;
  const verify = async (key: Buffer): Promise<boolean> => {
    keyProblem = await judge(route, name, known, key).catch(String);
    if (keyProblem === undefined) met(key);
    return keyProblem === undefined;
  };
  const socket = through ?? (await open(route, limits.connectTimeout));
  const client = new ssh2.Client();
  const drop = (): void => {
    client.destroy();
    socket.destroy();
  };
  const troubles = [...refused];
  try {
    client.connect({
      sock: socket,
      username: route.user,
      authHandler: attempts,
      hostVerifier: (key: Buffer, answer: (good: boolean) => void) => void verify(key).then(answer),
      algorithms: { ...algorithms, serverHostKey: preferred(known.types(name)) } as never,
      readyTimeout: 0,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
    });
    await whenReady(client, socket, route, limits.connectTimeout, (error, greeted) => {
      if (error.level === 'agent') {
        troubles.push(agent?.trouble ?? error.message);
        return undefined;
      }
      const cut = keyProblem === undefined && wasCutOff(error);
      if (cut) return new TurnedAway(error.message, greeted);
      return explain(route, error, keyProblem, offered(identities, agent), troubles);
    });
  } catch (error) {
    drop();
    throw error;
  }
  const end = (): void => {
    client.end();
    setTimeout(() => socket.destroy(), farewell).unref();
  };
  return { client, end, drop };
}

/** Straight by key: asking first what sshd would take costs a round trip. */
function authentication(
  route: Route,
  identities: readonly Identity[],
  agent: BoundedAgent | undefined,
): AnyAuthMethod[] {
  const { user: username } = route;
  const keys = identities.map(({ key }): AnyAuthMethod => ({ type: 'publickey', username, key }));
  if (agent === undefined) return keys;
  const byAgent: AnyAuthMethod = { type: 'agent', username, agent };
  return route.identitiesOnly ? [...keys, byAgent] : [byAgent, ...keys];
}

type SshError = Error & { readonly level?: string };

/** Waits for the greeting, the key exchange and the login, each by itself. `because` gives undefined where it goes on. */
function whenReady(
  client: Client,
  socket: Duplex,
  { host, port }: Route,
  limit: number,
  because: (error: SshError, greeted: boolean) => Error | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let late: NodeJS.Timeout | undefined;
    const until = (what: string): void => {
      clearTimeout(late);
      const message = `${host}:${port} did not ${what} within ${limit / 1000} s`;
      late = setTimeout(() => reject(new HostFailure(message)), limit);
    };
    const over = (settle: () => void) => (): void => {
      clearTimeout(late);
      settle();
    };
    let head = '';
    let greeted = false;
    const onData = (data: Buffer): void => {
      head += data.toString('latin1');
      if (/^SSH-[^\n]*\n/m.test(head)) {
        greeted = true;
        socket.removeListener('data', onData);
        until('finish the key exchange');
      }
      head = head.slice(-512);
    };
    until('send the greeting of an SSH server');
    // ssh2 reads the socket by now: nothing is lost to it.
    socket.on('data', onData);
    client.once('handshake', () => until('answer the login'));
    client.once('ready', over(resolve));
    // Errors after that are seen by whoever uses the connection, when it closes.
    client.on('error', (error: SshError) => {
      const reason = because(error, greeted);
      if (reason !== undefined) over(() => reject(reason))();
    });
    client.once(
      'close',
      over(() => reject(new TurnedAway('the connection was closed', greeted))),
    );
  });
}

/** The keys that a host was asked to accept, by their files. */
function offered(identities: readonly Identity[], agent: BoundedAgent | undefined): string[] {
  const files = identities.map(({ path }) => path);
  return agent === undefined ? files : [...files, 'those of the agent'];
}

/** True where the other side ended the connection, before the login was answered. */
function wasCutOff(error: SshError): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (error.level === 'client-authentication') return false;
  return code === 'ECONNRESET' || /before handshake|Connection lost|ended/i.test(error.message);
}

function explain(
  route: Route,
  error: SshError,
  keyProblem: string | undefined,
  keys: readonly string[],
  troubles: readonly string[],
): Error {
  if (keyProblem !== undefined) return new HostFailure(keyProblem, { reason: 'host-key' });
  if (error.level === 'client-authentication') {
    const unusable = troubles.filter((each) => !each.endsWith('is not there'));
    const { user, host, port, command = ['ssh', '-p', String(port), `${user}@${host}`] } = route;
    return new HostFailure(
      `${user}@${host} accepts none of the keys offered (${[keys.join(', '), ...unusable].join('; ')}); try: ${line(command)}`,
      { reason: 'refused' },
    );
  }
  return new HostFailure(`${route.host}:${route.port}: ${error.message}`);
}

function noKey(refused: readonly string[]): HostFailure {
  const where = 'name one by ssh.identity of the host, --identity or ssh_config, or start an agent';
  return new HostFailure(`no private key to log in with (${refused.join('; ')}); ${where}`, {
    reason: 'refused',
  });
}
