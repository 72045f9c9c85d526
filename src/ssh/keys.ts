import { access, readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { line } from '../shell/quote.ts';

export interface Identity {
  readonly path: string;
  readonly key: ParsedKey;
}

/** The keys in files of private keys. */
export interface Identities {
  readonly identities: readonly Identity[];
  /** The keys that cannot be used, with the reasons. */
  readonly refused: readonly string[];
  /** The public halves, also of keys that only an agent can use. */
  readonly publics: readonly Buffer[];
  /** Certificates beside them, which only OpenSSH can use. */
  readonly certificates: readonly string[];
}

/** Private keys that can be used without a passphrase, and why others cannot be used. */
export async function readIdentities(paths: readonly string[]): Promise<Identities> {
  const identities: Identity[] = [];
  const refused: string[] = [];
  const publics: Buffer[] = [];
  const certificates: string[] = [];
  for (const path of paths) {
    const certificate = `${path}-cert.pub`;
    await access(certificate).then(
      () => certificates.push(certificate),
      () => {},
    );
    const key = await readKey(path);
    if (typeof key === 'string') {
      refused.push(`${path}: ${key}`);
      const half = await readKey(`${path}.pub`);
      if (typeof half !== 'string') publics.push(half.getPublicSSH());
      continue;
    }
    publics.push(key.getPublicSSH());
    if (key.isPrivateKey()) identities.push({ path, key });
    else refused.push(`${path}: is a public key, which only an agent can use`);
  }
  return { identities, refused, publics, certificates };
}

/** The key in a file, or why it cannot be used. */
async function readKey(path: string): Promise<ParsedKey | string> {
  const text = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) return text.code === 'ENOENT' ? 'is not there' : text.message;
  const parsed = ssh2.utils.parseKey(text);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!(key instanceof Error) && key !== undefined) return key;
  const why = key?.message ?? 'it contains no key';
  return /encrypted|passphrase/i.test(why)
    ? `has a passphrase; add it to the agent with: ${line(['ssh-add', path])}`
    : why;
}
