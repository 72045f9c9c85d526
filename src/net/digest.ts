import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const known = new Map<string, string>();
const mostKnown = 4096;

/** SHA-256 of bytes or of a text's UTF-8 bytes, in hex. */
export type Sha256 = (data: string | Uint8Array) => string;

let sha256Hex: Sha256 = (data) => bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));

/** Takes the platform's SHA-256, which is faster, in the place of the one in plain JavaScript: for the program's edge. */
export function digestBy(platform: Sha256): void {
  sha256Hex = platform;
}

/** SHA-256 of a text's UTF-8 bytes, in hex. Hosts share most of their documents, so results are remembered. */
export function digest(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  const made = sha256Hex(text);
  if (known.size >= mostKnown) known.clear();
  known.set(text, made);
  return made;
}

/** SHA-256 of bytes, in hex. */
export function digestBytes(bytes: Uint8Array): string {
  return sha256Hex(bytes);
}
