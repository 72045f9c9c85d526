import Handlebars from 'handlebars';
import type { HostLibrary } from '../host/library.ts';
import { helpers, MissingValue } from './helpers.ts';
import { UserError } from '../user-error.ts';

/** A template's text, and its origin, which messages show. */
export interface TemplateText {
  readonly text: string;
  readonly origin: string;
}

export interface TemplateSource extends TemplateText {
  /** What Handlebars compiled from the text, if that was done before; its form is Handlebars's own. */
  readonly compiled?: Parameters<typeof Handlebars.template>[0];
}

/** Template texts by name, `COMPONENT/NAME`, without `.hbs`; and the shell functions that their scripts may name. */
export interface TemplateSources {
  readonly templates: ReadonlyMap<string, TemplateSource>;
  readonly library: HostLibrary;
}

/** The templates as data, without the functions that are compiled already. */
export function textsOf({
  templates,
}: Pick<TemplateSources, 'templates'>): (readonly [name: string, template: TemplateText])[] {
  return [...templates].map(([name, { text, origin }]) => [name, { text, origin }] as const);
}

/** Where the mistake is in a template; line and column count from 1. */
export interface TemplatePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const seeVariables = 'correct the template; docs/templates.md lists the variables';

/** A template that cannot be rendered: it has a mistake, or a variable that is not defined. */
export class TemplateError extends UserError {
  override readonly name = 'TemplateError';
  readonly place: TemplatePlace;
  /** The mistake, without its place. */
  readonly reason: string;
  /** What to do about it. */
  override readonly hint: string;

  constructor(place: TemplatePlace, reason: string, cause?: unknown, hint = seeVariables) {
    super(`${place.file}:${place.line}:${place.column}: ${reason}`, { cause, hint });
    this.place = place;
    this.reason = reason;
    this.hint = hint;
  }
}

export type Render = (template: string, context: object) => string;

const partialFolder = 'partials/';
const options = { strict: true, noEscape: true } as const;

/** JavaScript whose value is the `compiled` of a template. */
export function precompiled(text: string): string {
  // The types say otherwise.
  return Handlebars.precompile(text, options) as unknown as string;
}

/**
 * Renders by name. Strict: a variable that is not defined is an error that names the place. Nothing is escaped, since these
 * are configurations and not HTML; helpers of the template quote values where that is needed. Throws TemplateError.
 */
export function renderer({ templates, library }: TemplateSources): Render {
  const environment = Handlebars.create();
  environment.registerHelper({ ...helpers, functions: functionsOf(library) });
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  const run = (source: TemplateSource, context: unknown, runtime?: Handlebars.RuntimeOptions): string => {
    try {
      let made = compiled.get(source.origin);
      if (made === undefined) {
        made =
          source.compiled === undefined
            ? environment.compile(source.text, options)
            : environment.template(source.compiled);
        compiled.set(source.origin, made);
      }
      return made(context, runtime);
    } catch (error) {
      // A partial's error names its place already.
      throw error instanceof TemplateError ? error : explain(source, error);
    }
  };
  for (const [name, source] of templates) {
    if (!name.startsWith(partialFolder)) continue;
    environment.registerPartial(name.slice(partialFolder.length), (context, runtime) =>
      run(source, context, runtime),
    );
  }
  return (template, context) => {
    const source = templates.get(template);
    if (source === undefined)
      throw new TemplateError(
        { file: `templates/${template}.hbs`, line: 1, column: 1 },
        'there is no such template',
      );
    return run(source, context);
  };
}

/** The block helper `functions`: returns its block, after the shell functions that the block names. */
function functionsOf(library: HostLibrary): Handlebars.HelperDelegate {
  return function (this: unknown, block: Handlebars.HelperOptions): string {
    return library.readable(block.fn(this));
  };
}

/** Strict mode throws no native Error; its message ends with `- LINE:COLUMN`. */
function explain({ origin, text }: TemplateSource, error: unknown): TemplateError {
  const at = (line: number, column: number, reason: string, hint?: string): TemplateError =>
    new TemplateError({ file: origin, line, column }, reason, error, hint);
  if (error instanceof MissingValue) return at(error.line, error.column + 1, error.message);
  const { message = String(error), endColumn } = error as { message?: string; endColumn?: number };
  const placed = /^(?:"(.+?)" not defined in .*|(.*)) - (\d+):(\d+)$/s.exec(message);
  if (placed !== null) {
    const [, name, reason, row, column] = placed;
    const [line, begin] = [Number(row), Number(column)];
    if (name === undefined) return at(line, begin + 1, reason!);
    // The message has only the last word of the path.
    const path = text.split('\n')[line - 1]?.slice(begin, endColumn) ?? name;
    const own = /^(?:\.\.\/)*(vars\..+)$/.exec(path)?.[1];
    return own === undefined
      ? at(line, begin + 1, `{{${path}}} is not defined`)
      : at(line, begin + 1, `{{${path}}} is not defined: the inventory has no ${own} for this host`, addVar);
  }
  const parse = /^Parse error on line (\d+):\n([\s\S]*)$/.exec(message);
  if (parse !== null) return at(Number(parse[1]), 1, `the template cannot be parsed:\n${parse[2]}`);
  const partial = /^The partial (\S+) could not be found$/.exec(message);
  const line = partial === null ? 0 : text.split('\n').findIndex((each) => each.includes(partial[1]!));
  return at(Math.max(line, 0) + 1, 1, message);
}

const addVar = 'add it to vars in the inventory (defaults, a group, or the host), or correct the template';
