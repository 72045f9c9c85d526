import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { line } from '../shell/quote.ts';

export interface Identity {
  readonly path: string;
  readonly key: ParsedKey;
}

/** Private keys that can be used as they are, and why others cannot. */
export async function readIdentities(
  paths: readonly string[],
): Promise<{ identities: Identity[]; refused: string[] }> {
  const identities: Identity[] = [];
  const refused: string[] = [];
  for (const path of paths) {
    const text = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
    if (text instanceof Error) {
      refused.push(`${path}: ${text.code === 'ENOENT' ? 'is not there' : text.message}`);
      continue;
    }
    const parsed = ssh2.utils.parseKey(text);
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    if (key instanceof Error || key === undefined) {
      const why = key?.message ?? 'it holds no key';
      refused.push(
        /encrypted|passphrase/i.test(why)
          ? `${path}: has a passphrase; add it to the agent with: ${line(['ssh-add', path])}`
          : `${path}: ${why}`,
      );
    } else identities.push({ path, key });
  }
  return { identities, refused };
}
