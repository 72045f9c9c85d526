import { fileURLToPath } from 'node:url';
import { readingRules, rules } from '../../inventory/rules/index.ts';
import { nearest } from '../../text/suggest.ts';
import { rulePage, type RuleFacts, rulesText } from '../../report/rules-text.ts';
import { UserError } from '../../user-error.ts';
import type { Run } from '../command.ts';
import type { inventoryForms } from './inventory-forms.ts';
import { exit } from '../../report/exit-statuses.ts';

const all: readonly RuleFacts[] = [...readingRules, ...rules].toSorted((a, b) => a.id.localeCompare(b.id));

export const run: Run<typeof inventoryForms.rules> = async ({ words: [id], options }, io) => {
  const shown = id === undefined ? all : [named(id)];
  if (options.json) {
    const facts = shown.map((each) => ({
      id: each.id,
      severity: each.severity,
      title: each.title,
      why: each.why,
    }));
    io.json({ version: 1, rules: facts });
  } else io.print(id === undefined ? rulesText(shown) : withDocs(shown.map(rulePage).join('')));
  return Promise.resolve(exit.done);
};

function named(id: string): RuleFacts {
  const found = all.find((each) => each.id === id.toUpperCase());
  if (found !== undefined) return found;
  const near = nearest(
    id,
    all.map((each) => each.id),
  );
  throw new UserError(`there is no rule ${id}${near === undefined ? '' : `: did you mean ${near}?`}`, {
    hint: 'see: lvsform rules',
  });
}

/** The text with absolute paths of the docs, which are installed together with lvsform. */
function withDocs(text: string): string {
  return text.replaceAll(/\bdocs\/[\w-]+\.md/g, (path) =>
    fileURLToPath(new URL(`../../../../${path}`, import.meta.url)),
  );
}
