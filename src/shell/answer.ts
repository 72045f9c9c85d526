import { digestBytes } from '../net/digest.ts';

/**
 * A host's framed answer, cut into its sections. A section begins with a line `@FRAME NAME`; FRAME is a random word that no
 * file on the host contains by accident.
 */
export interface Answer {
  /** The body of the first section with this name; undefined if there is none. */
  readonly section: (name: string) => string | undefined;
  /** The bodies of all sections whose names begin with `prefix`, by the rest of their names. */
  readonly sections: (prefix: string) => ReadonlyMap<string, string>;
  /** SHA-256 of the bytes from the section `state` up to the section `end`: the fingerprint of what was observed. */
  readonly fingerprint: string | undefined;
}

/** Cuts an answer into sections. `raw` has one byte in each character (latin1), as it was received. */
export function parseAnswer(raw: string, frame: string): Answer {
  const marker = `\n@${frame} `;
  const bodies: { name: string; body: string }[] = [];
  const starts: { name: string; at: number; bodyAt: number }[] = [];
  for (let at = raw.indexOf(marker); at >= 0; at = raw.indexOf(marker, at + 1)) {
    const end = raw.indexOf('\n', at + 1);
    const lineEnd = end < 0 ? raw.length : end;
    starts.push({
      name: raw.slice(at + marker.length, lineEnd),
      at,
      bodyAt: Math.min(lineEnd + 1, raw.length),
    });
  }
  starts.forEach(({ name, bodyAt }, index) => {
    bodies.push({ name, body: raw.slice(bodyAt, starts[index + 1]?.at ?? raw.length) });
  });
  const first = new Map<string, string>();
  for (const { name, body } of bodies) if (!first.has(name)) first.set(name, body);
  const state = starts.find(({ name }) => name === 'state');
  const end = starts.find(({ name, at }) => name === 'end' && state !== undefined && at > state.at);
  return {
    section: (name) => {
      const found = first.get(name);
      return found === undefined ? undefined : utf8(found);
    },
    sections: (prefix) =>
      new Map(
        bodies
          .filter(({ name }) => name.startsWith(prefix))
          .map(({ name, body }) => [utf8(name.slice(prefix.length)), utf8(body)] as const),
      ),
    fingerprint:
      state === undefined || end === undefined ? undefined : digestBytes(bytes(raw.slice(state.at, end.at))),
  };
}

/** Names of the sections that differ. */
export function differingSections(one: Answer, other: Answer): string[] {
  const [before, after] = [one.sections(''), other.sections('')];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
}

/** Lines of a section that are not blank. */
export function linesOf(body: string | undefined): string[] {
  return (body ?? '').split('\n').filter((text) => text.trim() !== '');
}

function bytes(latin1: string): Uint8Array {
  const result = new Uint8Array(latin1.length);
  for (let index = 0; index < latin1.length; index++) result[index] = latin1.charCodeAt(index) & 0xff;
  return result;
}

const ascii = /^[\x00-\x7f]*$/; // oxlint-disable-line no-control-regex -- the test is for bytes above 127

/** Text of UTF-8 bytes; if they are not UTF-8, each byte above 127 becomes U+FFFD. */
function utf8(latin1: string): string {
  if (ascii.test(latin1)) return latin1;
  const pieces: string[] = [];
  let plain = 0;
  for (let at = 0; at < latin1.length; at++) {
    const lead = latin1.charCodeAt(at);
    if (lead < 0x80) continue;
    const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    const point = codePoint(latin1, at, more);
    if (point === undefined) return latin1.replace(/[\x80-\xff]/g, '\uFFFD');
    pieces.push(latin1.slice(plain, at), String.fromCodePoint(point));
    at += more;
    plain = at + 1;
  }
  pieces.push(latin1.slice(plain));
  return pieces.join('');
}

/** The least code point by the number of bytes after the first (RFC 3629). */
const least = [0, 0x80, 0x800, 0x10000] as const;

/** The code point of a sequence; undefined for one that is not valid: cut short, longer than needed, or out of range. */
function codePoint(latin1: string, at: number, more: 1 | 2 | 3): number | undefined {
  const lead = latin1.charCodeAt(at);
  if (lead < 0xc2 || lead > 0xf4) return undefined;
  let point = lead & (0x3f >> more);
  for (let next = at + 1; next <= at + more; next++) {
    const byte = latin1.charCodeAt(next);
    if (Number.isNaN(byte) || (byte & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (byte & 0x3f);
  }
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < least[more] || point > 0x10ffff || surrogate ? undefined : point;
}
