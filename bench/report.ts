export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a section found: paragraphs and tables in their order, and the figures for other programs. */
export interface Report {
  readonly parts: readonly (string | Table)[];
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface Section {
  /** The word by which it is run alone. */
  readonly name: string;
  readonly title: string;
  readonly run: (options: Options) => Promise<Report>;
}

export interface Options {
  /** The sections to run. */
  readonly names: readonly string[];
  /** Numbers of hosts. */
  readonly sizes: readonly number[];
  /** Rounds of a comparison, at most. */
  readonly rounds: number;
  readonly json: boolean;
  /** True to write the tables into docs/performance.md. */
  readonly write: boolean;
}

export function markdown({ title }: Pick<Section, 'title'>, { parts }: Report): string {
  const texts = parts.map((part) => (typeof part === 'string' ? part : table(part)));
  return [`## ${title}`, ...texts].join('\n\n');
}

/** The first column is text or a size, the others are figures. */
function table({ head, rows }: Table): string {
  const lines = [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
