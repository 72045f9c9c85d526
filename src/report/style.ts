/** Colours, or none. */
export interface Style {
  readonly add: (text: string) => string;
  readonly change: (text: string) => string;
  readonly remove: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly alarm: (text: string) => string;
}

const escape = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;
const same = (text: string): string => text;

export const colours: Style = {
  add: escape(32),
  change: escape(33),
  remove: escape(31),
  bold: escape(1),
  dim: escape(2),
  alarm: escape(31),
};

export const plain: Style = { add: same, change: same, remove: same, bold: same, dim: same, alarm: same };
