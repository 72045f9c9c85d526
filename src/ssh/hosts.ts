import { readHostLibrary } from '../disk/host-library.ts';
import type { Secret } from '../model/secret.ts';
import { HostFailure, type Hosts, type Target, type Way } from '../port.ts';
import { UserError } from '../user-error.ts';
import { SshFiles } from './files.ts';
import { Connections, hangUp, placeOf } from './connections.ts';
import { ConnectionLost } from './lost.ts';
import type { Routes, SshOptions } from './route.ts';
import { runScript } from './shell.ts';
import { PasswordNeeded } from './sudo.ts';
import type { Connection } from './transport.ts';

/** Milliseconds that reading a host may take, by default. */
const readingTime = 120_000;
/** Milliseconds that any script may take on a host, however much it prints. */
const longest = 24 * 3_600_000;

/** Asks the user for the sudo password of this login on this host. */
export type AskPassword = (by: { readonly host: string; readonly user: string }) => Promise<Secret>;

type Limits = Pick<SshOptions, 'connectTimeout' | 'turnedAway' | 'silence' | 'reading' | 'transport' | 'say'>;

/** Hosts over SSH: one connection for each host, kept until it is released, and one shared connection for each jump host. */
export class SshHosts implements Hosts {
  readonly #routeOf: Routes;
  readonly #limits: Limits;
  readonly #askPassword: AskPassword;
  readonly #files = new SshFiles();
  readonly #clients = new Map<string, Promise<Connection>>();
  readonly #connections: Connections;
  #password: Promise<Secret> | undefined;
  /** The hosts whose sudo has asked for the password: no other host gets it. */
  readonly #asking = new Set<string>();

  /** `askPassword` is called at most once, when the first host's sudo needs a password. */
  constructor(routeOf: Routes, limits: Limits, askPassword: AskPassword) {
    this.#routeOf = routeOf;
    this.#limits = limits;
    this.#connections = new Connections(limits, this.#files);
    this.#askPassword = askPassword;
  }

  async run(target: Target, script: string, within?: 'read' | number): Promise<string> {
    const kept = this.#clients.has(keyOf(target));
    try {
      return await this.#runKept(target, script, within);
    } catch (error) {
      // A kept connection may have died unnoticed, which is no failure of the host: the script is sent once more.
      const unseen = error instanceof ConnectionLost && (error.output ?? '') === '';
      if (kept && unseen && within === 'read') return this.#runKept(target, script, within);
      throw error;
    }
  }

  async #runKept(target: Target, script: string, within?: 'read' | number): Promise<string> {
    const client = this.#clientOf(target);
    const whole = within === 'read' ? this.#reading : (within ?? longest);
    try {
      return await this.#runOn(await client, target, script, whole);
    } catch (error) {
      // Another connection may have replaced it already; that one is not lost.
      if (error instanceof ConnectionLost) this.#forget(target, client);
      throw error;
    }
  }

  async runAnew(target: Target, script: string): Promise<string> {
    const client = await this.#connections.dial(this.#routeOf(target));
    try {
      return await this.#runOn(client, target, script, this.#reading);
    } finally {
      client.end();
    }
  }

  /**
   * Checks that there is a private key or an agent to log in with, before any connection is made. Throws UserError if there
   * is none for all of these hosts; a single host without a key fails later.
   */
  async requireKey(targets: readonly Target[]): Promise<void> {
    await this.#routeOf.learn?.(targets);
    const looked = new Set<string>();
    for (const target of targets) {
      const { agent, identities: paths, beyond = [] } = this.#routeOf(target);
      const { identities, refused } = await this.#files.identities(paths);
      if (agent !== undefined || identities.length > 0 || beyond.length > 0) return;
      for (const each of refused) looked.add(each);
    }
    if (targets.length === 0) return;
    throw new UserError(`there is no private key to log in with (${[...looked].join('; ')})`, {
      hint: 'name one by --identity, by ssh.identity of the hosts or by ssh_config, or start an agent (ssh-agent) and give it one (ssh-add)',
    });
  }

  wayTo(target: Target): Way | undefined {
    try {
      const place = placeOf(this.#routeOf(target));
      const key = this.#connections.keyAt(place);
      return { place, ...(key === undefined ? {} : { key }) };
    } catch (error) {
      if (error instanceof HostFailure) return undefined;
      throw error;
    }
  }

  release(target: Target): void {
    hangUp(this.#clients.get(keyOf(target)));
    this.#clients.delete(keyOf(target));
  }

  close(): void {
    for (const client of this.#clients.values()) hangUp(client);
    this.#clients.clear();
    this.#connections.close();
  }

  get #reading(): number {
    return this.#limits.reading ?? readingTime;
  }

  async #runOn(connection: Connection, target: Target, named: string, whole: number): Promise<string> {
    const script = (await readHostLibrary()).complete(named);
    const { connectTimeout: session, silence } = this.#limits;
    const how = { sudo: target.ssh.sudo, limits: { session, silence, whole } };
    const hinted = target.hinted === true;
    const known = !hinted && this.#asking.has(keyOf(target)) ? await this.#password : undefined;
    try {
      return await runScript(connection, script, { ...how, password: known });
    } catch (error) {
      if (!(error instanceof PasswordNeeded)) throw error;
      if (hinted) throw new HostFailure(noPasswordFor(target), { reason: 'sudo' });
      this.#asking.add(keyOf(target));
      this.#password ??= this.#askPassword({ host: target.name, user: this.#routeOf(target).user });
      return await runScript(connection, script, { ...how, password: await this.#password });
    }
  }

  #clientOf(target: Target): Promise<Connection> {
    const present = this.#clients.get(keyOf(target));
    if (present !== undefined) return present;
    const made = this.#connections.dial(this.#routeOf(target));
    this.#clients.set(keyOf(target), made);
    const forget = (): void => this.#forget(target, made);
    made.then(({ client }) => client.once('close', forget), forget);
    return made;
  }

  #forget(target: Target, client: Promise<Connection>): void {
    if (this.#clients.get(keyOf(target)) === client) this.#clients.delete(keyOf(target));
  }
}

/** The key of a connection. A name alone is not enough: it may mean another machine by now. */
function keyOf({ name, ssh: { host, port, user } }: Target): string {
  return [name, user, host, port].join(' ');
}

/** The message for a host that only a roster names. It may be an attacker's, who could use the password elsewhere. */
function noPasswordFor({ name }: Target): string {
  return `sudo needs a password there, but lvsform sends none to ${name}, since only other hosts' manifests name it; put it back into the inventory, or let its user use sudo without a password`;
}
