import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { HostFailure } from '../port.ts';
import * as builtin from './builtin/connect.ts';
import { forward } from './builtin/forward.ts';
import type { SshFiles } from './files.ts';
import { keyFingerprint } from './known-hosts.ts';
import { BeyondLibrary, onlyOpenssh, OtherKey, TurnedAway } from './lost.ts';
import * as openssh from './openssh/connect.ts';
import type { Route, SshOptions } from './route.ts';
import { isInstalled } from './settings/asked.ts';
import type { Connection } from './transport.ts';

/** How many handshakes run at once: fewer than commands, since an sshd or a jump host turns away many at once. */
const handshakes = 24;
/**
 * If sshd turns a connection away: the pause before the second try, in milliseconds; each later pause is twice as long, up to
 * the longest. `whole` limits all tries, by default. A busy sshd turns away at random, so the number of tries does not count.
 */
const turnedAwayFor = { pause: 150, most: 5000, whole: 60_000 };

type Limits = Pick<SshOptions, 'connectTimeout' | 'turnedAway' | 'transport' | 'say'>;

/** Makes connections, by the library or by OpenSSH's client; one to each jump host, shared. */
export class Connections {
  readonly #limits: Limits;
  readonly #files: SshFiles;
  readonly #shaking = pLimit(handshakes);
  readonly #jumps = new Map<string, Promise<Connection>>();
  /** Fingerprints of the host keys that were met, by place. */
  readonly #keys = new Map<string, string>();

  constructor(limits: Limits, files: SshFiles) {
    this.#limits = limits;
    this.#files = files;
  }

  keyAt(place: string): string | undefined {
    return this.#keys.get(place);
  }

  /** A connection to a host, by whom it needs. Throws HostFailure. */
  async dial(route: Route): Promise<Connection> {
    const { transport = 'builtin' } = this.#limits;
    const beyond = [...new Set(route.beyond)].join(', ');
    if (transport === 'openssh') return this.#byOpenssh(route);
    if (beyond !== '') {
      if (transport === 'auto') return this.#instead(route, `${beyond} of ssh_config`);
      throw new HostFailure(onlyOpenssh(`does what ssh_config says by ${beyond}`));
    }
    try {
      return await this.#byLibrary(route);
    } catch (error) {
      if (!(error instanceof BeyondLibrary) || transport !== 'auto' || !isInstalled()) throw error;
      return this.#instead(route, error.what).catch((other: unknown) => {
        // What the library said of a login that both were refused names the keys.
        throw error.reason === 'refused' && other instanceof HostFailure && other.reason === 'refused'
          ? error
          : other;
      });
    }
  }

  close(): void {
    for (const each of this.#jumps.values()) hangUp(each);
    this.#jumps.clear();
  }

  #instead(route: Route, why: string): Promise<Connection> {
    this.#limits.say?.(`${placeOf(route)}: by OpenSSH, because of ${why}`);
    return this.#byOpenssh(route);
  }

  async #byLibrary(route: Route): Promise<builtin.BuiltinConnection> {
    const { jump } = route;
    const through =
      jump === undefined ? undefined : await this.#shared('library', jump, () => this.#byLibrary(jump));
    const { connectTimeout } = this.#limits;
    const met = (key: Buffer): void => this.#met(route, keyFingerprint(key));
    return this.#shakeHands(route, async (thorough) => {
      const stream = through && (await forward(through.client, jump!, route, connectTimeout));
      return builtin.connect(route, { files: this.#files, connectTimeout, met, thorough, through: stream });
    });
  }

  async #byOpenssh(route: Route): Promise<openssh.OpensshConnection> {
    if (!isInstalled())
      throw new HostFailure('OpenSSH’s client (ssh) is not installed: install openssh-client');
    const { jump } = route;
    const through =
      jump === undefined ? undefined : await this.#shared('openssh', jump, () => this.#byOpenssh(jump));
    const { connectTimeout } = this.#limits;
    const met = (fingerprint: string): void => this.#met(route, fingerprint);
    return this.#shakeHands(route, () => openssh.connect(route, { connectTimeout, met, through }));
  }

  #met(route: Route, fingerprint: string): void {
    this.#keys.set(placeOf(route), fingerprint);
  }

  /** The connection to a jump host, made once for all hosts that reach it in the same way and trust the same keys of it. */
  #shared<T extends Connection>(by: string, jump: Route, make: () => Promise<T>): Promise<T> {
    const name = `${by} ${JSON.stringify(jump)}`;
    const present = this.#jumps.get(name) as Promise<T> | undefined;
    if (present !== undefined) return present;
    const made = make();
    this.#jumps.set(name, made);
    const forget = (): void => void this.#jumps.delete(name);
    made.then(({ client }) => client.once('close', forget), forget);
    return made;
  }

  async #shakeHands<T>(route: Route, make: (thorough: boolean) => Promise<T>): Promise<T> {
    const { most } = turnedAwayFor;
    const whole = this.#limits.turnedAway ?? turnedAwayFor.whole;
    const end = performance.now() + whole;
    let thorough = false;
    for (let { pause } = turnedAwayFor; ; pause = Math.min(2 * pause, most)) {
      try {
        return await this.#shaking(() => make(thorough));
      } catch (error) {
        if (error instanceof OtherKey) {
          thorough = true;
          continue;
        }
        if (!(error instanceof TurnedAway)) throw error;
        if (performance.now() >= end) throw new HostFailure(turnedAway(route, error, whole));
      }
      // The last try is at the very end of the time.
      await wait(Math.max(0, Math.min(pause * (0.5 + Math.random()), end - performance.now())));
    }
  }
}

/** The message for a host that turned us away; only the host itself shows the reason. */
function turnedAway(route: Route, { greeted }: TurnedAway, whole: number): string {
  const tried = `(tried for ${whole / 1000} s)`;
  return greeted
    ? `${placeOf(route)} closes each connection before the login ${tried}: see the log of its sshd`
    : `${placeOf(route)} closes each connection before SSH begins ${tried}: is it sshd that listens there? If it is, raise its MaxStartups`;
}

/** Where a host is connected to, and through which others. */
export function placeOf({ host, port, jump }: Route): string {
  return `${host}:${port}${jump === undefined ? '' : ` through ${placeOf(jump)}`}`;
}

export function hangUp(client: Promise<Connection> | undefined): void {
  void client?.then(
    (each) => each.end(),
    () => {},
  );
}
