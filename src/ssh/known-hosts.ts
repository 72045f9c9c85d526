import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Route } from './route.ts';
import { matchesOne } from './settings/patterns.ts';

/** One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
interface KnownHost {
  readonly marker: string | undefined;
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
  readonly place: string;
}

export type Verdict =
  | { readonly is: 'known' }
  | { readonly is: 'unknown' }
  | { readonly is: 'revoked'; readonly place: string }
  | { readonly is: 'changed'; readonly place: string };

/**
 * The known keys of hosts. A hashed name can only be found by trying, so lines are looked up by the key that a host shows, and
 * are tried one after another only if that key is not known.
 */
export class KnownHosts {
  readonly #plain = new Map<string, KnownHost[]>();
  readonly #patterns: KnownHost[] = [];
  readonly #hashed: KnownHost[] = [];
  /** Lines with a hashed name, by their key; those whose host has been found are removed. */
  readonly #unclaimed = new Map<string, KnownHost[]>();
  readonly #claimed = new Map<string, KnownHost[]>();
  readonly #revoked: KnownHost[] = [];
  readonly #authorities: KnownHost[] = [];

  constructor(files: readonly { readonly name: string; readonly text: string }[]) {
    for (const { name, text } of files) {
      for (const [index, line] of text.split('\n').entries()) this.#learn(line, `${name}:${index + 1}`);
    }
  }

  /** The verdict on a host's key. `name` is the host's name in known_hosts: `HOST`, or `[HOST]:PORT` for other ports than 22. */
  check(name: string, key: Buffer): Verdict {
    const offered = key.toString('base64');
    const revoked = this.#revoked.find((line) => line.key === offered && names(line, name));
    if (revoked !== undefined) return { is: 'revoked', place: revoked.place };
    if (this.#openLines(name).some((line) => line.key === offered) || this.#claims(name, offered)) {
      return { is: 'known' };
    }
    const lines = this.#linesFor(name);
    const other = lines.find((line) => line.type === keyType(key)) ?? lines[0];
    return other === undefined ? { is: 'unknown' } : { is: 'changed', place: other.place };
  }

  /**
   * The types of a host's known keys. They are requested first, as OpenSSH does, so that the host shows its known key. Hashed
   * names are tried only with `thorough`.
   */
  types(name: string, thorough = false): string[] {
    const lines = thorough ? this.#linesFor(name) : this.#openLines(name);
    return [...new Set(lines.map(({ type }) => type))];
  }

  /** True if only keys of other types are known for a host, under a hashed name. */
  hasAnother(name: string, key: Buffer): boolean {
    if (this.#hashed.length === 0 || this.#claims(name, key.toString('base64'))) return false;
    const types = this.types(name, true);
    return types.length > 0 && !types.includes(keyType(key));
  }

  /** True if only an authority (`@cert-authority`) confirms a host's key, and no line has the key itself. */
  needsCertificate(name: string): boolean {
    return this.#authorities.some((line) => names(line, name)) && this.#linesFor(name).length === 0;
  }

  /** Adds a line that was added to a file. */
  add(line: string, place: string): void {
    this.#learn(line, place);
  }

  /** Lines that name a host by a plain name or a pattern. */
  #openLines(name: string): KnownHost[] {
    const fitting = this.#patterns.filter((line) => names(line, name));
    return [...(this.#plain.get(name.toLowerCase()) ?? []), ...fitting];
  }

  #linesFor(name: string): KnownHost[] {
    return [...this.#openLines(name), ...this.#hashed.filter((line) => names(line, name))];
  }

  /** True if a line with a hashed name has this key for this host. A line that was found belongs to no other host. */
  #claims(name: string, key: string): boolean {
    if (this.#claimed.get(name)?.some((line) => line.key === key) === true) return true;
    const lines = this.#unclaimed.get(key) ?? [];
    const at = lines.findIndex((line) => names(line, name));
    if (at < 0) return false;
    push(this.#claimed, name, lines[at]!);
    lines.splice(at, 1);
    return true;
  }

  #learn(text: string, place: string): void {
    const line = parseLine(text, place);
    if (line === undefined) return;
    if (line.marker === '@revoked') this.#revoked.push(line);
    else if (line.marker === '@cert-authority') this.#authorities.push(line);
    else if (line.marker !== undefined) return;
    else if (line.hosts.startsWith('|')) {
      this.#hashed.push(line);
      push(this.#unclaimed, line.key, line);
    } else if (/[*?!]/.test(line.hosts)) this.#patterns.push(line);
    else for (const each of line.hosts.toLowerCase().split(',')) push(this.#plain, each, line);
  }
}

function push(map: Map<string, KnownHost[]>, key: string, line: KnownHost): void {
  const present = map.get(key);
  if (present === undefined) map.set(key, [line]);
  else present.push(line);
}

/** `HOST`, or `[HOST]:PORT` if sshd does not listen on port 22. */
export function knownName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** The name of a host in known_hosts. */
export function nameOf({ host, port, alias }: Pick<Route, 'host' | 'port' | 'alias'>): string {
  return alias ?? knownName(host, port);
}

/** The line that makes a key known. */
export function knownLine(name: string, key: Buffer): string {
  return `${name} ${keyType(key)} ${key.toString('base64')}\n`;
}

/** A hashed name, as HashKnownHosts wants it. */
export function hashedName(name: string): string {
  const salt = randomBytes(20).toString('base64');
  return `|1|${salt}|${hash(salt, name)}`;
}

function hash(salt: string, name: string): string {
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name.toLowerCase()).digest('base64');
}

/** The fingerprint of a key, as `ssh-keygen -l` prints it. */
export function keyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type of a key: its first string, after a length (RFC 4253, 6.6). */
export function keyType(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function parseLine(line: string, place: string): KnownHost | undefined {
  const words = line.trim().split(/\s+/);
  if (words[0] === '' || words[0]?.startsWith('#')) return undefined;
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts, type, key] = words;
  return hosts === undefined || type === undefined || key === undefined
    ? undefined
    : { marker, hosts, type, key, place };
}

function names({ hosts }: KnownHost, name: string): boolean {
  if (!hosts.startsWith('|')) return matchesOne(hosts.toLowerCase().split(','), name.toLowerCase());
  const [, version, salt = '', hashed] = hosts.split('|');
  return version === '1' && hash(salt, name) === hashed;
}
