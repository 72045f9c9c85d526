import Handlebars from 'handlebars';

/** A template's text, and where it came from, as messages show it. */
export interface TemplateSource {
  readonly text: string;
  readonly origin: string;
}

/** Template texts by name, `COMPONENT/NAME`, without `.hbs`. */
export type TemplateSources = ReadonlyMap<string, TemplateSource>;

/** A template that cannot be rendered: a mistake in it, or a variable that nothing defines. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export type Render = (template: string, context: object) => string;

const partialFolder = 'partials/';

/**
 * Renders by name. Strict: a variable that is not defined is an error that says where. Nothing is escaped: these are
 * configurations, not HTML.
 */
export function renderer(sources: TemplateSources): Render {
  const environment = Handlebars.create();
  for (const [name, { text }] of sources) {
    if (name.startsWith(partialFolder)) environment.registerPartial(name.slice(partialFolder.length), text);
  }
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  return (template, context) => {
    const source = sources.get(template);
    if (source === undefined) throw new TemplateError(`there is no template ${template}`);
    try {
      let made = compiled.get(template);
      if (made === undefined) {
        made = environment.compile(source.text, { strict: true, noEscape: true });
        compiled.set(template, made);
      }
      return made(context);
    } catch (error) {
      throw new TemplateError(explain(source.origin, error), { cause: error });
    }
  };
}

/** What strict mode throws is not a native Error; its message ends with `- LINE:COLUMN`. */
function explain(origin: string, error: unknown): string {
  const { message = String(error), lineNumber } = error as { message?: string; lineNumber?: number };
  const missing = /^"(.+?)" not defined in .* - (\d+):(\d+)$/s.exec(message);
  if (missing !== null) {
    const [, name, row, column] = missing;
    return `${origin}:${row}:${Number(column) + 1}: nothing defines {{${name}}}; docs/templates.md lists what is defined`;
  }
  const parse = /^Parse error on line (\d+):\n([\s\S]*)$/.exec(message);
  if (parse !== null) return `${origin}:${parse[1]}: the template cannot be parsed:\n${parse[2]}`;
  return `${origin}${lineNumber === undefined ? '' : `:${lineNumber}`}: ${message}`;
}
