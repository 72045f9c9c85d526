import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hashedName, keyFingerprint, keyType, type KnownHosts, knownLine } from './known-hosts.ts';
import type { Revoked } from './revoked.ts';
import { line, quote } from '../shell/quote.ts';
import { type Route, usualKnownHosts } from './route.ts';

/** The known and the revoked keys, from files. */
export interface Knowledge {
  readonly known: KnownHosts;
  /** Set if ssh_config names a file of revoked keys. */
  readonly revoked?: Revoked;
}

/** Undefined if the key may be trusted, otherwise the reason and what to do. */
export async function judge(
  route: Route,
  name: string,
  { known, revoked }: Knowledge,
  key: Buffer,
): Promise<string | undefined> {
  const verdict = known.check(name, key);
  const seen = `${keyType(key)} ${keyFingerprint(key)}`;
  const refused = revoked === undefined ? undefined : refusal(route, revoked, key);
  if (refused !== undefined) return `its host key ${seen} ${refused}`;
  if (verdict.is === 'revoked') {
    return `its host key ${seen} is marked as revoked at ${verdict.place}: do not trust this host`;
  }
  if (route.hostKey === 'off' || verdict.is === 'known') return undefined;
  if (verdict.is === 'changed') {
    return changedKey(seen, verdict.place, name);
  }
  if (route.hostKey === 'accept-new') return accept(route, name, known, key);
  return unknownKey(seen, route);
}

/** The message for another key than the one at `place`; `seen` is `TYPE SHA256:...`, `name` that of known_hosts. */
export function changedKey(seen: string, place: string, name: string): string {
  return `its host key has CHANGED: it is now ${seen}, and ${place} has another. Another machine may be in its place. If the host was set up anew: ${line(['ssh-keygen', '-f', place.replace(/:\d+$/, ''), '-R', name])}`;
}

/** The message for a host of which no key is known; `seen` is `TYPE SHA256:...`. */
export function unknownKey(seen: string, route: Route): string {
  const [type = ''] = seen.split(' ');
  return `its host key ${seen} is not known. Compare it with what this prints on the host: ssh-keygen -lf ${ownKey(type)}. If it is the same, ${waysToTrust(route)}`;
}

/** Why RevokedHostKeys refuses a key; undefined if it does not. */
function refusal({ revoked: path }: Route, revoked: Revoked, key: Buffer): string | undefined {
  if ('keys' in revoked) {
    return revoked.keys.has(key.toString('base64'))
      ? `is revoked by ${path} (RevokedHostKeys): do not trust this host`
      : undefined;
  }
  const why = 'list' in revoked ? 'only OpenSSH can read it' : revoked.unreadable;
  return `cannot be trusted, since RevokedHostKeys ${path} cannot be read: ${why}`;
}

async function accept(route: Route, name: string, known: KnownHosts, key: Buffer): Promise<undefined> {
  const [file] = route.knownHosts;
  const added = knownLine(route.hashes === true ? hashedName(name) : name, key);
  if (file !== undefined) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, added, { mode: 0o600 });
  }
  known.add(added, file ?? '-');
}

/** The file of sshd's public key of a type (sshd_config(5), HostKey). */
function ownKey(type: string): string {
  const [kind = type] = /ed25519|ecdsa|rsa/.exec(type) ?? [];
  return quote(`/etc/ssh/ssh_host_${kind}_key.pub`);
}

/** How the user makes a key known. */
function waysToTrust({ host, port, jump, knownHosts, hinted }: Route): string {
  const [file = ''] = knownHosts;
  // No line is proposed for a file that keeps nothing, for several files, and for a host behind a jump host.
  const plain = knownHosts.length === 1 || knownHosts.join() === usualKnownHosts.join();
  const scan = plain && file !== '/dev/null' && jump === undefined;
  const ways = [
    ...(hinted === true ? [] : ['run again with --host-key accept-new']),
    ...(scan ? [`add it: ${line(['ssh-keyscan', '-p', String(port), host])} >> ${quote(file)}`] : []),
  ];
  return ways.join(', or ') || `add it to ${knownHosts.join(' or ')}`;
}
