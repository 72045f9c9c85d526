import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../port.ts';
import type { Command } from '../shell/quote.ts';
import type { Transport } from './transport.ts';

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
  /** True if ConnectTimeout of ssh_config overrides it. */
  readonly usualTimeout?: boolean;
  /** Milliseconds of new tries for a host that closes each connection before the login; default a minute. */
  readonly turnedAway?: number;
  /** Who speaks SSH; default the library in this process. */
  readonly transport?: Transport;
  /** Hears which hosts OpenSSH reaches, and why. */
  readonly say?: (text: string) => void;
  /** Milliseconds that a host may send nothing while it works. */
  readonly silence: number;
  /** Milliseconds that reading one host may take as a whole. */
  readonly reading?: number;
}

/** Algorithms of the library that ssh_config allows; all of them by default. */
export interface Allowed {
  readonly kex?: readonly string[];
  readonly cipher?: readonly string[];
  readonly hmac?: readonly string[];
  readonly serverHostKey?: readonly string[];
}

/** How a host is reached, with all settings resolved. */
export interface Route {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key files, in the order in which they are tried. */
  readonly identities: readonly string[];
  /** True if only these are tried, and of the agent's keys only those among them. */
  readonly identitiesOnly: boolean;
  readonly agent: string | undefined;
  /** The user's files of known hosts; the first one takes new keys. */
  readonly knownHosts: readonly string[];
  /** The system's files of known hosts. */
  readonly globalKnownHosts?: readonly string[];
  /** Its name in known_hosts, if that is not its address (HostKeyAlias). */
  readonly alias?: string;
  /** A file of keys that are never accepted (RevokedHostKeys). */
  readonly revoked?: string;
  readonly hostKey: HostKeyPolicy;
  /** True if names that are added to known_hosts are hashed. */
  readonly hashes?: boolean;
  readonly jump: Route | undefined;
  readonly family?: 4 | 6;
  /** The local address of connections to it. */
  readonly bind?: string;
  readonly allowed?: Allowed;
  /** Milliseconds, if ssh_config has ConnectTimeout. */
  readonly connectTimeout?: number;
  /** True where a login by Kerberos is to be tried (GSSAPIAuthentication). */
  readonly gssapi?: true;
  /** True if ssh_config may send ssh into the background (ForkAfterAuthentication). */
  readonly forks?: true;
  /** Keywords of ssh_config that only OpenSSH itself supports. */
  readonly beyond?: readonly string[];
  /** True for a host that only a roster names: an unknown host key is never accepted. */
  readonly hinted?: true;
  /** The `ssh` command that reaches the host in the same way. */
  readonly command?: Command;
}

/** How hosts are reached. */
export interface Routes {
  (target: Target): Route;
  /** Looks up many hosts at once, so that a later lookup of one need not wait. */
  readonly learn?: (targets: readonly Target[]) => Promise<void>;
}

/** The default files with known keys; ssh_config may name others. */
export const usualKnownHosts: readonly string[] = ['known_hosts', 'known_hosts2'].map((name) =>
  join(userInfo().homedir, '.ssh', name),
);
