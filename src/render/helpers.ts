import { escaped } from '../net/xml.ts';
import { quote } from '../shell/quote.ts';

/** The argument of a helper is not defined, or is no text. */
export class MissingValue extends Error {
  override readonly name = 'MissingValue';
  readonly line: number;
  /** Counts from 0. */
  readonly column: number;

  constructor(name: string, line: number, column: number) {
    super(`the value of {{${name} ...}} is not defined`);
    this.line = line;
    this.column = column;
  }
}

interface HelperOptions {
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } };
}

type Helper = (value: unknown, options: HelperOptions) => string;

/**
 * How a template writes a value so that it remains data: `{{shell path}}` is one word of a shell script, `{{cron command}}` a
 * text in a crontab, `{{xml name}}` an attribute between double quotes.
 */
export const helpers: Readonly<Record<string, Helper>> = {
  shell: helper('shell', quote),
  // A bare % would end the command, and the rest would be its input (crontab(5)).
  cron: helper('cron', (text) => text.replaceAll('%', '\\%')),
  xml: helper('xml', escaped),
};

function helper(name: string, write: (text: string) => string): Helper {
  return (value, { loc }) => {
    if (typeof value === 'string') return write(value);
    if (typeof value === 'number' || typeof value === 'boolean') return write(String(value));
    throw new MissingValue(name, loc?.start.line ?? 1, loc?.start.column ?? 0);
  };
}
