import { appendFile, mkdir } from 'node:fs/promises';
import net from 'node:net';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import ssh2, { type AnyAuthMethod, type Client, type ServerHostKeyAlgorithm } from 'ssh2';
import { HostFailure } from '../port.ts';
import type { SshFiles } from './files.ts';
import type { Identity } from './keys.ts';
import { keyFingerprint, keyType, type KnownHosts, knownLine, knownName } from './known-hosts.ts';
import type { Route } from './settings.ts';

/** A connection that was turned away before it began; sshd's MaxStartups does so, and trying again helps. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
}

/**
 * What is offered to sshd: today's algorithms first, then those of RHEL 6. Group exchange is left out: it costs
 * 1.4 s of arithmetic in JavaScript (measured).
 */
const algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group14-sha1',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
  compress: ['none'],
} as const;

const hostKeys: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/**
 * Connects and authenticates. `through` is a stream to the host where a jump host provides one. Throws TurnedAway
 * where another try may help, else HostFailure. `met` hears the host key that was trusted.
 */
export async function connect(
  route: Route,
  files: SshFiles,
  limits: { readonly connectTimeout: number },
  met: (hostKey: Buffer) => void,
  through?: Duplex,
): Promise<Client> {
  const name = knownName(route.host, route.port);
  const known = await files.knownHosts(route.knownHosts);
  const { identities, refused } = await files.identities(route.identities);
  const attempts = authentication(route, identities);
  if (attempts.length === 0) {
    const why = refused.join('; ');
    throw new HostFailure(`no private key to log in with (${why}); set ssh.identity, or start an agent`);
  }
  let keyProblem: string | undefined;
  const verify = async (key: Buffer): Promise<boolean> => {
    keyProblem = await judge(route, name, known, key).catch(String);
    if (keyProblem === undefined) met(key);
    return keyProblem === undefined;
  };
  const client = new ssh2.Client();
  const ready = whenReady(client, route, (error) => explain(route, error, keyProblem, refused));
  client.connect({
    sock: through ?? (await open(route, limits.connectTimeout)),
    username: route.user,
    authHandler: attempts,
    hostVerifier: (key: Buffer, answer: (good: boolean) => void) => void verify(key).then(answer),
    algorithms: { ...algorithms, serverHostKey: preferred(known.types(name)) } as never,
    readyTimeout: limits.connectTimeout,
    keepaliveInterval: 10_000,
    keepaliveCountMax: 3,
  });
  return ready;
}

/** Straight by key: asking first what sshd would take costs a round trip. */
function authentication(route: Route, identities: readonly Identity[]): AnyAuthMethod[] {
  const { user: username, agent } = route;
  const keys = identities.map(({ key }): AnyAuthMethod => ({ type: 'publickey', username, key }));
  if (agent === undefined) return keys;
  const byAgent: AnyAuthMethod = { type: 'agent', username, agent };
  return route.identitiesOnly ? [...keys, byAgent] : [byAgent, ...keys];
}

function whenReady(client: Client, { host, port }: Route, because: (error: Error) => Error): Promise<Client> {
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client));
    // Errors after that are seen by whoever uses the connection, when it closes.
    client.on('error', (error) => reject(because(error)));
    client.once('close', () =>
      reject(new TurnedAway(`${host}:${port} closed the connection before it was set up`)),
    );
  });
}

/** A TCP connection that sends at once what it is given: Nagle's algorithm would cost two round trips (measured). */
function open({ host, port }: Route, timeout: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, noDelay: true });
    const late = setTimeout(() => {
      socket.destroy();
      reject(
        new HostFailure(
          `${host}:${port} does not answer within ${timeout / 1000} s; is it up, and the address right?`,
        ),
      );
    }, timeout);
    socket.once('connect', () => {
      clearTimeout(late);
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late);
      reject(
        error.code === 'ECONNRESET'
          ? new TurnedAway(error.message)
          : new HostFailure(connectionProblem(host, port, error)),
      );
    });
  });
}

function connectionProblem(host: string, port: number, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return `nothing listens on ${host}:${port}; is sshd running there, and the port right?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} cannot be resolved; correct ssh.host, or add it to ssh_config`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no route to ${host}; is it up, and the address right?`;
    default:
      return `${host}:${port}: ${error.message}`;
  }
}

/** Undefined where the key may be trusted, else why not and what to do. */
async function judge(
  route: Route,
  name: string,
  known: KnownHosts,
  key: Buffer,
): Promise<string | undefined> {
  if (route.hostKey === 'off') return undefined;
  const verdict = known.check(name, key);
  const seen = `${keyType(key)} ${keyFingerprint(key)}`;
  const file = route.knownHosts[0] ?? '~/.ssh/known_hosts';
  switch (verdict.is) {
    case 'known':
      return undefined;
    case 'revoked':
      return `its host key ${seen} is marked as revoked at ${verdict.place}: do not trust this host`;
    case 'changed':
      return `its host key has CHANGED: it is now ${seen}, and ${verdict.place} has another. Somebody may be listening in. If the host was set up anew: ssh-keygen -f ${file} -R '${name}'`;
    case 'unknown':
      if (route.hostKey === 'accept-new') {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await appendFile(file, knownLine(name, key), { mode: 0o600 });
        known.add(knownLine(name, key), file);
        return undefined;
      }
      return `its host key ${seen} is not known. Compare it with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then: ssh-keyscan -p ${route.port} ${route.host} >> ${file}, or run again with --host-key accept-new`;
  }
}

function explain(
  route: Route,
  error: Error & { level?: string },
  keyProblem: string | undefined,
  refused: readonly string[],
): Error {
  if (keyProblem !== undefined) return new HostFailure(keyProblem);
  if (error.level === 'client-authentication') {
    const unusable = refused.filter((each) => !each.endsWith('is not there'));
    const also = unusable.length > 0 ? ` (${unusable.join('; ')})` : '';
    return new HostFailure(
      `${route.user}@${route.host} accepts none of the keys${also}; try: ssh -p ${route.port} ${route.user}@${route.host}`,
    );
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNRESET' || /before handshake|Connection lost|ended/i.test(error.message))
    return new TurnedAway(error.message);
  if (error.level === 'client-timeout')
    return new HostFailure(`${route.host}:${route.port} did not finish the SSH handshake in time`);
  return new HostFailure(`${route.host}:${route.port}: ${error.message}`);
}

/** The algorithms for the keys that are known come first, so that a known host shows its known key. */
function preferred(types: readonly string[]): ServerHostKeyAlgorithm[] {
  const known = (algorithm: string): boolean =>
    types.includes(algorithm) || (types.includes('ssh-rsa') && algorithm.startsWith('rsa-sha2-'));
  return [...hostKeys.filter(known), ...hostKeys.filter((algorithm) => !known(algorithm))];
}
