import { fileURLToPath } from 'node:url';
import { readingRules, rules } from '../../inventory/rules/index.ts';
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
  // A near number is another rule; only the same number in another form is meant.
  const number = /\d+/.exec(id)?.[0];
  const meant = number === undefined ? undefined : all.find((each) => each.id === numbered(number));
  throw new UserError(`there is no rule ${id}${meant === undefined ? '' : `: did you mean ${meant.id}?`}`, {
    hint: 'see: lvsform rules',
  });
}

function numbered(digits: string): string {
  return `LVS${String(Number(digits)).padStart(3, '0')}`;
}

/** The text with absolute paths of the docs, which are installed together with lvsform. */
function withDocs(text: string): string {
  return text.replaceAll(/\bdocs\/[\w-]+\.md/g, (path) => fileURLToPath(import.meta.resolve(`#${path}`)));
}
