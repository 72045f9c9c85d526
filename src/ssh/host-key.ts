import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyFingerprint, keyType, type KnownHosts, knownLine } from './known-hosts.ts';
import { line, quote } from '../shell/quote.ts';
import { type Route, usualKnownHosts } from './settings.ts';

/** Undefined where the key may be trusted, else why not and what to do. */
export async function judge(
  route: Route,
  name: string,
  known: KnownHosts,
  key: Buffer,
): Promise<string | undefined> {
  if (route.hostKey === 'off') return undefined;
  const verdict = known.check(name, key);
  const seen = `${keyType(key)} ${keyFingerprint(key)}`;
  const file = route.knownHosts[0] ?? '~/.ssh/known_hosts';
  switch (verdict.is) {
    case 'known':
      return undefined;
    case 'revoked':
      return `its host key ${seen} is marked as revoked at ${verdict.place}: do not trust this host`;
    case 'changed':
      return `its host key has CHANGED: it is now ${seen}, and ${verdict.place} has another. Somebody may be listening in. If the host was set up anew: ${line(['ssh-keygen', '-f', verdict.place.replace(/:\d+$/, ''), '-R', name])}`;
    case 'unknown':
      if (route.hostKey === 'accept-new') {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await appendFile(file, knownLine(name, key), { mode: 0o600 });
        known.add(knownLine(name, key), file);
        return undefined;
      }
      return `its host key ${seen} is not known. Compare it with what this prints on the host: ssh-keygen -lf ${ownKey(keyType(key))}. If it is the same, ${waysToTrust(route)}`;
  }
}

/** Where sshd has the public key of a type (sshd_config(5), HostKey). */
function ownKey(type: string): string {
  const [kind = type] = /ed25519|ecdsa|rsa/.exec(type) ?? [];
  return quote(`/etc/ssh/ssh_host_${kind}_key.pub`);
}

/** How the user makes a key known. */
function waysToTrust({ host, port, jump, knownHosts, hinted }: Route): string {
  const [file = ''] = knownHosts;
  // A file that keeps nothing, several of which any may be meant, and a host that only the jump host reaches.
  const plain = knownHosts.length === 1 || knownHosts.join() === usualKnownHosts.join();
  const scan = plain && file !== '/dev/null' && jump === undefined;
  const ways = [
    ...(hinted === true ? [] : ['run again with --host-key accept-new']),
    ...(scan ? [`add it: ${line(['ssh-keyscan', '-p', String(port), host])} >> ${quote(file)}`] : []),
  ];
  return ways.join(', or ') || `add it to ${knownHosts.join(' or ')}`;
}
