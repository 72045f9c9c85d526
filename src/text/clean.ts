/** Characters that steer a terminal, hide text or turn its direction around; tab and newline are none. */
const steering =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu; // oxlint-disable-line no-control-regex -- these are the characters

/** Escape sequences whole. None goes past its line: an unfinished one must not hide what follows. */
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g; // oxlint-disable-line no-control-regex -- these are the sequences

/**
 * What a host printed, safe to show: escape sequences and control characters are taken out (they could move the
 * cursor, rename the window or hide text), and it is cut after `most` characters.
 */
export function clean(text: string, most = 4000): string {
  const plain = text.replace(sequences, '').replace(steering, '');
  return plain.length > most
    ? `${plain.slice(0, most)}\n... (${plain.length - most} more characters)`
    : plain;
}

/** `clean` for what must stay one line: a line break could forge a line of ours. */
export function cleanLine(text: string, most?: number): string {
  return clean(text, most).replaceAll(/\s*\n\s*/g, ' ');
}

/** The beginning of what a host wrote, which may be long. */
export function short(text: string, most = 200): string {
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}

/** A text in which such characters stand as `\uXXXX`: to be seen on a screen, and the very same value in JSON. */
export function visible(text: string): string {
  return text.replace(steering, (letter) =>
    Array.from({ length: letter.length }, (_, at) => hex(letter.charCodeAt(at))).join(''),
  );
}

/** `visible` for what must stay one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '\\u000a');
}

function hex(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
