import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parse, type SSHConfig } from 'ssh-config';
import { refused } from '../disk/errors.ts';
import type { Target } from '../port.ts';
import { UserError } from '../user-error.ts';
import type { Command } from '../shell/quote.ts';
import { sshCommand } from './ssh-command.ts';

export type HostKeyPolicy = 'strict' | 'accept-new' | 'off';

/** The SSH options of the command line; an undefined one comes from the inventory, then from ssh_config. */
export interface SshOptions {
  /** An ssh_config instead of the user's own. */
  readonly config?: string;
  readonly user?: string;
  readonly port?: number;
  readonly identity?: string;
  readonly hostKey?: HostKeyPolicy;
  /** Milliseconds that each wait for a connection may take. */
  readonly connectTimeout: number;
  /** Milliseconds of new tries for a host that closes each connection before the login; default a minute. */
  readonly turnedAway?: number;
  /** Milliseconds that a host may send nothing while it works. */
  readonly silence: number;
  /** Milliseconds that reading one host may take as a whole. */
  readonly reading?: number;
}

/** How a host is reached, with all settings resolved. */
export interface Route {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key files, in the order in which they are tried. */
  readonly identities: readonly string[];
  /** True if only these are tried, and not the agent's keys first. */
  readonly identitiesOnly: boolean;
  readonly agent: string | undefined;
  readonly knownHosts: readonly string[];
  readonly hostKey: HostKeyPolicy;
  readonly jump: Route | undefined;
  /** True for a host that only a roster names: an unknown host key is never accepted. */
  readonly hinted?: true;
  /** The `ssh` command that reaches the host in the same way. */
  readonly command?: Command;
}

/** Reads the user's ssh_config once, for all hosts. */
export async function sshRoutes(options: SshOptions): Promise<(target: Target) => Route> {
  const file = options.config ?? join(homedir(), '.ssh/config');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (options.config === undefined && error.code === 'ENOENT') return '';
    return refused(`cannot read the ssh_config ${file}`)(error);
  });
  const config = parsed(file, text);
  return (target) => route(config, target, options);
}

function parsed(file: string, text: string): SSHConfig {
  try {
    return withoutCanonical(parse(text));
  } catch (error) {
    throw new UserError(`${file} is not an ssh_config: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes CanonicalizeHostname: for it the library would call nslookup at each lookup, and block the whole process. */
function withoutCanonical(config: SSHConfig): SSHConfig {
  for (const line of config) {
    if ('config' in line) withoutCanonical(line.config);
    else if ('param' in line && /^CanonicalizeHostname$/i.test(line.param)) line.value = 'no';
  }
  return config;
}

/**
 * The command line overrides the inventory, which overrides ssh_config, which overrides the defaults. ssh_config may have
 * entries for the host's name and for its address. A host that only a roster names cannot choose one of our keys, and an
 * unknown host key of it is never accepted.
 */
function route(config: SSHConfig, { name, ssh, hinted }: Target, options: SshOptions): Route {
  const byName = lookup(config, name);
  const destination = byName.host === undefined ? ssh.host : name;
  const alone = byName.host === undefined ? lookup(config, ssh.host) : byName;
  const found = { ...alone, ...defined(byName) };
  const identity = options.identity ?? (hinted === true ? undefined : ssh.identity);
  const own = identity === undefined ? found.identities : [identity];
  const way = {
    port: options.port ?? ssh.port ?? found.port ?? 22,
    user: options.user ?? ssh.user ?? found.user ?? userInfo().username,
    identitiesOnly: identity !== undefined || found.identitiesOnly,
  };
  return {
    ...way,
    host: found.host ?? ssh.host,
    identities: (own.length > 0 ? own : defaultIdentities).map(home),
    agent: found.agent ?? process.env['SSH_AUTH_SOCK'],
    knownHosts: found.knownHosts.length > 0 ? found.knownHosts.map(home) : usualKnownHosts,
    hostKey: hinted === true ? 'strict' : (options.hostKey ?? found.hostKey ?? 'strict'),
    jump: found.jump === undefined ? undefined : jumpRoute(config, found.jump, options),
    ...(hinted === true ? { hinted } : {}),
    command: sshCommand(
      destination,
      { ...alone, identities: alone.identities.map(home) },
      { ...way, identities: own.map(home), jump: found.jump },
      options.config,
    ),
  };
}

/** The route to a jump host `[user@]host[:port]`, for which ssh_config may have an entry. */
function jumpRoute(config: SSHConfig, jump: string, options: SshOptions): Route {
  const [, user, host = jump, port] = /^(?:([^@]+)@)?([^:]+)(?::(\d+))?$/.exec(jump) ?? [];
  const ssh = {
    host,
    sudo: false,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
  const { user: _user, port: _port, identity: _identity, ...rest } = options;
  return route(config, { name: host, ssh }, rest);
}

interface Found {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly identities: readonly string[];
  readonly identitiesOnly: boolean;
  readonly agent: string | undefined;
  readonly knownHosts: readonly string[];
  readonly hostKey: HostKeyPolicy | undefined;
  readonly jump: string | undefined;
}

function lookup(config: SSHConfig, name: string): Found {
  const values = config.compute(name, { ignoreCase: true }) as Record<string, string | string[] | undefined>;
  const one = (key: string): string | undefined => [values[key.toLowerCase()]].flat()[0];
  const many = (key: string): string[] =>
    [values[key.toLowerCase()]].flat().flatMap((each) => each?.split(/\s+/) ?? []);
  const strict = one('StrictHostKeyChecking');
  const jump = one('ProxyJump');
  const port = one('Port');
  return {
    host: one('HostName')?.replaceAll('%h', name),
    port: port === undefined ? undefined : portOf(name, port),
    user: one('User'),
    identities: many('IdentityFile'),
    identitiesOnly: one('IdentitiesOnly') === 'yes',
    agent: one('IdentityAgent'),
    knownHosts: many('UserKnownHostsFile'),
    hostKey: strict === undefined ? undefined : (policies[strict] ?? 'strict'),
    jump: jump === 'none' ? undefined : jump?.split(',').at(-1),
  };
}

function portOf(host: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
  throw new UserError(`ssh_config: Port ${text} of ${host} is not a port`);
}

const policies: Record<string, HostKeyPolicy> = { 'accept-new': 'accept-new', no: 'off', off: 'off' };

function defined(found: Found): Partial<Found> {
  const told = Object.entries(found).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(told);
}

const defaultIdentities = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'];
/** The default files with known keys; ssh_config may name others. */
export const usualKnownHosts: readonly string[] = [
  '~/.ssh/known_hosts',
  '~/.ssh/known_hosts2',
  '/etc/ssh/ssh_known_hosts',
].map(home);

function home(path: string): string {
  return path.replace(/^~(?=\/|$)/, homedir()).replaceAll('%d', homedir());
}
