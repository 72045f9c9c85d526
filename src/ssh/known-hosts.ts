import { createHmac, createHash } from 'node:crypto';

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

export class KnownHosts {
  /** Lines that name their hosts plainly, by host; and those that must be tried. */
  readonly #plain = new Map<string, KnownHost[]>();
  readonly #others: KnownHost[] = [];

  constructor(files: readonly { readonly name: string; readonly text: string }[]) {
    for (const { name, text } of files) {
      for (const [index, line] of text.split('\n').entries()) this.#learn(line, `${name}:${index + 1}`);
    }
  }

  /** What is known of a host's key. `name` is the host as ssh names it: `HOST`, or `[HOST]:PORT` off port 22. */
  check(name: string, key: Buffer): Verdict {
    const offered = key.toString('base64');
    const lines = this.#linesFor(name);
    const revoked = lines.find((line) => line.marker === '@revoked' && line.key === offered);
    if (revoked !== undefined) return { is: 'revoked', place: revoked.place };
    const trusted = lines.filter((line) => line.marker === undefined);
    if (trusted.some((line) => line.key === offered)) return { is: 'known' };
    const other = trusted.find((line) => line.type === keyType(key)) ?? trusted[0];
    return other === undefined ? { is: 'unknown' } : { is: 'changed', place: other.place };
  }

  /** The types of the keys that are known for a host: asked for first, as OpenSSH does, so that the known key is offered. */
  types(name: string): string[] {
    const found = this.#linesFor(name).filter((line) => line.marker === undefined);
    return [...new Set(found.map(({ type }) => type))];
  }

  /** Takes a further line, as it was added to a file. */
  add(line: string, place: string): void {
    this.#learn(line, place);
  }

  #linesFor(name: string): KnownHost[] {
    const tried = this.#others.filter(
      ({ marker, hosts }) => marker !== '@cert-authority' && names(hosts, name),
    );
    return [...(this.#plain.get(name.toLowerCase()) ?? []), ...tried];
  }

  #learn(text: string, place: string): void {
    for (const line of parseLine(text, place)) {
      const patterns = line.hosts.toLowerCase().split(',');
      const plain = line.marker === undefined && patterns.every((each) => !/[*?!|]/.test(each));
      if (!plain) this.#others.push(line);
      else for (const each of patterns) this.#plain.set(each, [...(this.#plain.get(each) ?? []), line]);
    }
  }
}

/** `HOST`, or `[HOST]:PORT` where sshd does not listen on port 22. */
export function knownName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** The line that makes a key known. */
export function knownLine(name: string, key: Buffer): string {
  return `${name} ${keyType(key)} ${key.toString('base64')}\n`;
}

/** As `ssh-keygen -l` prints it. */
export function keyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** A key begins with its type, as a string with its length (RFC 4253, 6.6). */
export function keyType(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function parseLine(line: string, place: string): KnownHost[] {
  const words = line.trim().split(/\s+/);
  if (words[0] === '' || words[0]?.startsWith('#')) return [];
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts, type, key] = words;
  return hosts === undefined || type === undefined || key === undefined
    ? []
    : [{ marker, hosts, type, key, place }];
}

function names(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = hosts.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  const patterns = hosts.toLowerCase().split(',');
  const fits = (pattern: string): boolean => wildcard(pattern).test(name.toLowerCase());
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  );
}

function wildcard(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`);
}
