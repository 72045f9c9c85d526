import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const known = new Map<string, string>();
const mostKnown = 4096;

/** SHA-256 of a text's UTF-8 bytes, in hex. Hosts share most of their documents, so results are remembered. */
export function digest(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  const made = bytesToHex(sha256(utf8ToBytes(text)));
  if (known.size >= mostKnown) known.clear();
  known.set(text, made);
  return made;
}

/** SHA-256 of bytes, in hex. */
export function digestBytes(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}
