/** Characters that steer a terminal, hide text or reverse its direction; tab and newline are not among them. */
const steering =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu; // oxlint-disable-line no-control-regex -- these are the characters

/** Whole escape sequences. A match ends with its line: an unfinished sequence must not hide what follows. */
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g; // oxlint-disable-line no-control-regex -- these are the sequences

/**
 * A host's output, safe to show: without escape sequences and control characters, which could move the cursor, rename the
 * window or hide text, and cut after `most` characters.
 */
export function clean(text: string, most = 4000): string {
  const plain = text.replace(sequences, '').replace(steering, '');
  return plain.length > most
    ? `${plain.slice(0, most)}\n... (${plain.length - most} more characters)`
    : plain;
}

/** `clean` for a text that must be one line: a line break could forge a line of lvsform. */
export function cleanLine(text: string, most?: number): string {
  return clean(text, most).replaceAll(/\s*\n\s*/g, ' ');
}

/** The beginning of a host's text, which may be long. */
export function short(text: string, most = 200): string {
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}

/** A text with such characters written as `\uXXXX`: visible on a screen, and the same value in JSON. */
export function visible(text: string): string {
  return text.replace(steering, (letter) =>
    Array.from({ length: letter.length }, (_, at) => hex(letter.charCodeAt(at))).join(''),
  );
}

/** `visible` for a text that must be one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '\\u000a');
}

function hex(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
