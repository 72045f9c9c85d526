/**
 * What a host printed, safe to show: escape sequences and control characters are taken out (they could move the
 * cursor, rename the window or hide text), and it is cut after `most` characters.
 */
export function clean(text: string, most = 4000): string {
  const plain = text
    .replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g, '') // oxlint-disable-line no-control-regex -- these are the sequences
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ''); // oxlint-disable-line no-control-regex -- and these the characters
  return plain.length > most
    ? `${plain.slice(0, most)}\n... (${plain.length - most} more characters)`
    : plain;
}
