import { line } from '../../shell/quote.ts';
import type { Route } from '../route.ts';

/** What goes before all that ssh_config says: a connection for commands, which asks the user for nothing. */
const always = [
  'BatchMode=yes',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
  'EscapeChar=none',
  'Tunnel=no',
  'UpdateHostKeys=no',
  'ServerAliveInterval=10',
  'ServerAliveCountMax=3',
];

const policies = { strict: 'yes', 'accept-new': 'accept-new', off: 'no' } as const;

/** How ssh is called for a host. */
export interface Call {
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Options that go before all others. */
  readonly options: readonly string[];
  /** The socket of the connection to the jump host. */
  readonly via: string | undefined;
}

/** The words after `ssh` that lead to a host as its route says, without a command. */
export function wordsTo(route: Route, { connectTimeout, options, via }: Call): string[] {
  const given = route.command?.slice(1) ?? plainWords(route);
  const [rest, destination] = [withoutJump(given.slice(0, -1)), given.at(-1)!];
  // We have limits of our own, which say what was waited for.
  const seconds = Math.ceil((route.connectTimeout ?? connectTimeout) / 1000) + 5;
  const all = [
    ...options,
    ...always,
    `ConnectTimeout=${seconds}`,
    `StrictHostKeyChecking=${policies[route.hostKey]}`,
    ...(via === undefined ? [] : [through(via)]),
    // Not every version knows the keyword, and one that does not refuses it.
    ...(route.forks === true ? ['ForkAfterAuthentication=no'] : []),
    ...revokedBy(route),
  ];
  return ['-T', ...all.flatMap((each) => ['-o', each]), ...rest, '--', destination];
}

/** The list of revoked keys that we mean: not every version expands `~` in its path. */
function revokedBy({ revoked }: Route): string[] {
  return revoked === undefined || /[%$"]/.test(revoked) ? [] : [`RevokedHostKeys="${revoked}"`];
}

/** The way through a connection that stands. ssh expands tokens in it, and a shell reads it. */
function through(via: string): string {
  const words = ['ssh', '-F', 'none', ...overStanding(via)];
  return `ProxyCommand=${line(words).replaceAll('%', '%%')} -W '[%h]:%p' -- jump`;
}

/** Options for what goes over a connection that stands: where that is gone, ssh must not make one of its own. */
export function overStanding(socket: string): string[] {
  const options = ['ControlMaster=no', `ControlPath=${socket.replaceAll('%', '%%')}`, 'ProxyCommand=false'];
  return [...options, 'BatchMode=yes', 'LogLevel=ERROR'].flatMap((each) => ['-o', each]);
}

/** ssh takes no -J beside a ProxyCommand. */
function withoutJump(words: readonly string[]): string[] {
  const at = words.indexOf('-J');
  return at < 0 ? [...words] : [...words.slice(0, at), ...words.slice(at + 2)];
}

/** For a route that no ssh_config says: all of it in options. */
function plainWords(route: Route): string[] {
  const { host, port, user, identities, identitiesOnly, agent, alias } = route;
  const files = (paths: readonly string[]): string =>
    paths.length === 0 ? 'none' : paths.map((path) => `"${path}"`).join(' ');
  const options = [
    `UserKnownHostsFile=${files(route.knownHosts)}`,
    `GlobalKnownHostsFile=${files(route.globalKnownHosts ?? [])}`,
    `IdentityAgent=${agent === undefined ? 'none' : `"${agent}"`}`,
    `IdentitiesOnly=${identitiesOnly ? 'yes' : 'no'}`,
    ...(alias === undefined ? [] : [`HostKeyAlias=${alias}`]),
  ];
  const keys =
    identities.length === 0 ? ['-o', 'IdentityFile=none'] : identities.flatMap((path) => ['-i', path]);
  return [
    '-F',
    'none',
    '-p',
    String(port),
    '-l',
    user,
    ...keys,
    ...options.flatMap((each) => ['-o', each]),
    host,
  ];
}
