import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyFingerprint, keyType, type KnownHosts, knownLine } from './known-hosts.ts';
import type { Route } from './settings.ts';

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
      return `its host key has CHANGED: it is now ${seen}, and ${verdict.place} has another. Somebody may be listening in. If the host was set up anew: ssh-keygen -f ${file} -R '${name}'`;
    case 'unknown':
      if (route.hostKey === 'accept-new') {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await appendFile(file, knownLine(name, key), { mode: 0o600 });
        known.add(knownLine(name, key), file);
        return undefined;
      }
      return `its host key ${seen} is not known. Compare it with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then: ssh-keyscan -p ${route.port} ${route.host} >> ${file}, or run again with --host-key accept-new`;
  }
}
