import { HostFailure } from '../../port.ts';
import { clean } from '../../text/clean.ts';
import { line } from '../../shell/quote.ts';
import { changedKey, unknownKey } from '../host-key.ts';
import { nameOf } from '../known-hosts.ts';
import { TurnedAway } from '../lost.ts';
import type { Route } from '../route.ts';

/** How far a connection has come, and what it waits for then. */
const waits = {
  connecting: 'answer',
  greeting: 'send the greeting of an SSH server',
  exchange: 'finish the key exchange',
  login: 'answer the login',
  ready: '',
} as const;

type Phase = keyof typeof waits;

const steps: readonly [phase: Phase, said: RegExp][] = [
  ['greeting', /^Connection established|^Executing proxy command/],
  ['exchange', /^Remote protocol version/],
  ['login', /^SSH2_MSG_NEWKEYS received/],
  ['ready', /^Entering interactive session/],
];

/** What ssh says of a connection with LogLevel=DEBUG1, line by line. */
export class Talk {
  readonly #route: Route;
  readonly #said: string[] = [];
  #rest = '';
  phase: Phase = 'connecting';
  /** `TYPE SHA256:...` of the host key. */
  key: string | undefined;
  #trusted = false;

  constructor(route: Route) {
    this.#route = route;
  }

  /** Takes what came. Calls `step` where it is further than before. */
  hear(data: string, step: () => void): void {
    const lines = (this.#rest + data).split(/\r?\n/);
    this.#rest = lines.pop()!.slice(-4096);
    for (const each of lines) {
      const debug = /^debug\d: (.*)/.exec(each)?.[1];
      if (debug === undefined) {
        if (each.trim() !== '' && !/^OpenSSH_|^Authenticated to /.test(each)) this.#said.push(each);
        this.#said.splice(0, this.#said.length - 40);
        continue;
      }
      this.key ??= /^Server host key: (\S+ \S+)/.exec(debug)?.[1];
      const next = steps.find(([phase, said]) => said.test(debug) && isLater(phase, this.phase));
      if (next === undefined) continue;
      [this.phase] = next;
      if (this.phase === 'login') this.#trusted = true;
      step();
    }
  }

  /** What ran out of time. */
  late(milliseconds: number): HostFailure {
    const { host, port } = this.#route;
    return new HostFailure(`${host}:${port} did not ${waits[this.phase]} within ${milliseconds / 1000} s`);
  }

  /** Why there is no connection. */
  failure(): Error {
    const text = clean(this.#said.join('\n'), 2000);
    const { host, port, user } = this.#route;
    const last = text.split('\n').at(-1)?.trim() ?? '';
    if (!this.#trusted && /host key|revoked|HOST IDENTIFICATION/i.test(text)) {
      return new HostFailure(this.#keyProblem(text), { reason: 'host-key' });
    }
    if (/Permission denied|Too many authentication failures|No more authentication methods/i.test(text)) {
      return new HostFailure(
        `${user}@${host} accepts none of the keys offered (by OpenSSH: ${last}); try: ${line(this.#command)}`,
        { reason: 'refused' },
      );
    }
    const problem = problems.find(([said]) => said.test(text))?.[1];
    if (problem !== undefined) return new HostFailure(problem(host, port));
    if (this.phase === 'greeting' || this.phase === 'exchange') {
      if (/closed|reset|kex_exchange_identification/i.test(text)) {
        return new TurnedAway(last, this.phase === 'exchange');
      }
    }
    return new HostFailure(`${host}:${port}: ${last === '' ? 'ssh ended without a word' : last}`);
  }

  get #command(): readonly string[] {
    const { command, port, user, host } = this.#route;
    return command ?? ['ssh', '-p', String(port), `${user}@${host}`];
  }

  #keyProblem(text: string): string {
    const { knownHosts } = this.#route;
    const seen = this.key ?? '';
    if (/revoked/i.test(text)) return `its host key ${seen} is revoked: do not trust this host`;
    if (/HAS CHANGED/.test(text)) {
      const place = /Offending .* key in (\S+:\d+)/.exec(text)?.[1] ?? knownHosts.join(' or ');
      return changedKey(seen, place, nameOf(this.#route));
    }
    if (/No .* host key is known/.test(text)) return unknownKey(seen, this.#route);
    return `its host key ${seen} is not accepted: ${text.split('\n').at(-1)}`;
  }
}

const order = Object.keys(waits);
const isLater = (phase: Phase, than: Phase): boolean => order.indexOf(phase) > order.indexOf(than);

const problems: readonly [said: RegExp, message: (host: string, port: number) => string][] = [
  [
    /open failed|stdio forwarding failed/i,
    (host, port) => `the jump host cannot reach ${host}:${port}; is it up, and the address right?`,
  ],
  [
    /Connection refused/i,
    (host, port) => `nothing listens on ${host}:${port}; is sshd running there, and the port right?`,
  ],
  [
    /Could not resolve hostname/i,
    (host) => `the name ${host} cannot be resolved; correct ssh.host, or add it to ssh_config`,
  ],
  [
    /No route to host|Network is unreachable/i,
    (host) => `there is no route to ${host}; is it up, and the address right?`,
  ],
  [
    /timed out during banner exchange/i,
    (host, port) => `${host}:${port} did not send the greeting of an SSH server in time`,
  ],
  [/timed out/i, (host, port) => `${host}:${port} does not answer in time; is it up, and the address right?`],
];
