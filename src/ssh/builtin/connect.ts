import type { Duplex } from 'node:stream';
import ssh2, { type Client } from 'ssh2';
import { HostFailure } from '../../port.ts';
import { line } from '../../shell/quote.ts';
import { algorithms, preferred } from './algorithms.ts';
import type { Connection } from '../transport.ts';
import type { SshFiles } from '../files.ts';
import { loginFor } from './login.ts';
import { BeyondLibrary, onlyOpenssh, OtherKey, TurnedAway } from '../lost.ts';
import type { Route } from '../route.ts';
import { open } from './socket.ts';
import { Trust } from './trust.ts';

/** A connection that can also lead to other hosts. */
export interface BuiltinConnection extends Connection {
  readonly client: Client;
}

/** Milliseconds that the other side has to close a connection after our disconnect message. */
const farewell = 1000;

/** How a connection is made. */
export interface Making {
  readonly files: SshFiles;
  /** The limit of each wait, in milliseconds. */
  readonly connectTimeout: number;
  /** Called with the trusted host key. */
  readonly met: (hostKey: Buffer) => void;
  /** A stream to the host that a jump host provides. */
  readonly through?: Duplex | undefined;
  /** True if the host has shown an unknown key while another of its keys is known: the types of known keys are requested then. */
  readonly thorough: boolean;
}

/**
 * Connects and authenticates. Throws TurnedAway or OtherKey if another try may help, otherwise HostFailure.
 */
export async function connect(
  route: Route,
  { files, connectTimeout, met, through, thorough }: Making,
): Promise<BuiltinConnection> {
  const limit = route.connectTimeout ?? connectTimeout;
  const login = await loginFor(route, files, limit);
  if (login.attempts.length === 0) throw noKey(login.refused, route);
  const trust = new Trust(route, await files.knowledge(route), { met, thorough });
  if (trust.beyond !== undefined)
    throw new BeyondLibrary(trust.beyond, onlyOpenssh(`understands ${trust.beyond}`), 'host-key');
  const socket = through ?? (await open(route, limit));
  const client = new ssh2.Client();
  const drop = (): void => {
    client.destroy();
    socket.destroy();
  };
  const troubles = [...login.refused];
  try {
    client.connect({
      sock: socket,
      username: route.user,
      authHandler: [...login.attempts],
      hostVerifier: (key: Buffer, answer: (good: boolean) => void) => void trust.accepts(key).then(answer),
      algorithms: {
        ...algorithms,
        ...route.allowed,
        serverHostKey: preferred(trust.types, route.allowed?.serverHostKey),
      } as never,
      readyTimeout: 0,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
    });
    await whenReady(client, socket, route, limit, (error, greeted) => {
      if (error.level === 'agent') {
        troubles.push(login.agent?.trouble ?? error.message);
        return undefined;
      }
      if (trust.problem === undefined && wasCutOff(error)) return new TurnedAway(error.message, greeted);
      return trust.isOther ? new OtherKey() : explain(route, error, trust.problem, login.offered, troubles);
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

type SshError = Error & { readonly level?: string };

/** Waits for the greeting, the key exchange and the login, each with its own limit. `because` returns undefined to continue. */
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
    // ssh2 reads the socket already, so it gets all data.
    socket.on('data', onData);
    client.once('handshake', () => until('answer the login'));
    client.once('ready', over(resolve));
    // Later errors close the connection, and its users see that.
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

/** True if the other side closed the connection before it answered the login. */
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
    const said = `${user}@${host} accepts none of the keys offered (${[keys.join(', '), ...unusable].join('; ')}); try: ${line(command)}`;
    const other =
      route.gssapi === true ? 'Kerberos' : route.agent === undefined ? undefined : 'keys of the agent';
    if (other !== undefined) return new BeyondLibrary(`no login, and perhaps ${other}`, said, 'refused');
    return new HostFailure(said, { reason: 'refused' });
  }
  const said = `${route.host}:${route.port}: ${error.message}`;
  return /no matching/i.test(error.message)
    ? new BeyondLibrary(error.message, said, 'unreachable')
    : new HostFailure(said);
}

function noKey(refused: readonly string[], { gssapi }: Route): HostFailure {
  const where = 'name one by ssh.identity of the host, --identity or ssh_config, or start an agent';
  const said = `no private key to log in with (${refused.join('; ')}); ${where}`;
  const usable = refused.filter((each) => !each.endsWith('is not there'));
  return gssapi === true || usable.length > 0
    ? new BeyondLibrary('no key that the library can use', said, 'refused')
    : new HostFailure(said, { reason: 'refused' });
}
