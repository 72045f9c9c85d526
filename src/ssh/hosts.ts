import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Client } from 'ssh2';
import type { Secret } from '../model/secret.ts';
import { HostFailure, type Hosts, type Target, type Way } from '../port.ts';
import { connect, TurnedAway } from './connect.ts';
import { keyFingerprint } from './known-hosts.ts';
import { SshFiles } from './files.ts';
import type { Route, SshOptions } from './settings.ts';
import { ConnectionLost, PasswordNeeded, runScript } from './shell.ts';

/** Handshakes at once: apart from the work, since one sshd (or one jump host) turns away many at once. */
const handshakes = 24;
/** Milliseconds before each further try after sshd turned us away. */
const pauses = [150, 400, 1000, 2500, 5000];

type Limits = Pick<SshOptions, 'connectTimeout' | 'silence'>;

/** Hosts over SSH: one connection each, kept until it is released; one to each jump host, shared. */
export class SshHosts implements Hosts {
  readonly #routeOf: (target: Target) => Route;
  readonly #limits: Limits;
  readonly #askPassword: () => Promise<Secret>;
  readonly #files = new SshFiles();
  readonly #shaking = pLimit(handshakes);
  readonly #clients = new Map<string, Promise<Client>>();
  readonly #jumps = new Map<string, Promise<Client>>();
  /** Fingerprints of the host keys that were met, by place. */
  readonly #keys = new Map<string, string>();
  #password: Promise<Secret> | undefined;

  /** `askPassword` is called at most once, when a host's sudo wants one. */
  constructor(routeOf: (target: Target) => Route, limits: Limits, askPassword: () => Promise<Secret>) {
    this.#routeOf = routeOf;
    this.#limits = limits;
    this.#askPassword = askPassword;
  }

  async run(target: Target, script: string): Promise<string> {
    const client = this.#clientOf(target);
    try {
      return await this.#runOn(await client, target, script);
    } catch (error) {
      // By now another connection may stand in its place, which is not lost.
      if (error instanceof ConnectionLost) this.#forget(target, client);
      throw error;
    }
  }

  async runAnew(target: Target, script: string): Promise<string> {
    const client = await this.#dial(this.#routeOf(target));
    try {
      return await this.#runOn(client, target, script);
    } finally {
      client.end();
    }
  }

  wayTo(target: Target): Way | undefined {
    try {
      const place = placeOf(this.#routeOf(target));
      const key = this.#keys.get(place);
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
    for (const client of [...this.#clients.values(), ...this.#jumps.values()]) hangUp(client);
    this.#clients.clear();
    this.#jumps.clear();
  }

  async #runOn(client: Client, target: Target, script: string): Promise<string> {
    const how = { sudo: target.ssh.sudo, silence: this.#limits.silence };
    try {
      return await runScript(client, script, { ...how, password: await this.#password });
    } catch (error) {
      if (!(error instanceof PasswordNeeded)) throw error;
      this.#password ??= this.#askPassword();
      return await runScript(client, script, { ...how, password: await this.#password });
    }
  }

  #clientOf(target: Target): Promise<Client> {
    const present = this.#clients.get(keyOf(target));
    if (present !== undefined) return present;
    const made = this.#dial(this.#routeOf(target));
    this.#clients.set(keyOf(target), made);
    const forget = (): void => this.#forget(target, made);
    made.then((client) => client.once('close', forget), forget);
    return made;
  }

  #forget(target: Target, client: Promise<Client>): void {
    if (this.#clients.get(keyOf(target)) === client) this.#clients.delete(keyOf(target));
  }

  async #dial(route: Route): Promise<Client> {
    const { jump } = route;
    if (jump === undefined) return this.#shakeHands(route);
    const client = await this.#bastion(jump);
    return this.#shakeHands(route, () => forward(client, route));
  }

  #bastion(jump: Route): Promise<Client> {
    const name = `${jump.user}@${jump.host}:${jump.port}`;
    const present = this.#jumps.get(name);
    if (present !== undefined) return present;
    const made = this.#dial(jump);
    this.#jumps.set(name, made);
    const forget = (): void => void this.#jumps.delete(name);
    made.then((client) => client.once('close', forget), forget);
    return made;
  }

  async #shakeHands(route: Route, through?: () => Promise<Duplex>): Promise<Client> {
    let turnedAway = '';
    for (const pause of [0, ...pauses]) {
      if (pause > 0) await wait(pause * (0.5 + Math.random()));
      try {
        return await this.#shaking(async () => {
          const met = (key: Buffer): void => void this.#keys.set(placeOf(route), keyFingerprint(key));
          return connect(route, this.#files, this.#limits, met, await through?.());
        });
      } catch (error) {
        if (!(error instanceof TurnedAway)) throw error;
        turnedAway = error.message;
      }
    }
    throw new HostFailure(
      `sshd turned us away ${pauses.length + 1} times (${turnedAway}); its MaxStartups may be too low`,
    );
  }
}

/** A name alone is no connection: it may mean another machine by now. */
function keyOf({ name, ssh: { host, port, user } }: Target): string {
  return [name, user, host, port].join(' ');
}

function placeOf({ host, port, jump }: Route): string {
  return `${host}:${port}${jump === undefined ? '' : ` through ${placeOf(jump)}`}`;
}

function hangUp(client: Promise<Client> | undefined): void {
  void client?.then(
    (each) => each.end(),
    () => {},
  );
}

function forward(client: Client, { host, port }: Route): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
      if (error === undefined) resolve(stream);
      else reject(new HostFailure(`the jump host cannot reach ${host}:${port}: ${error.message}`));
    });
  });
}
