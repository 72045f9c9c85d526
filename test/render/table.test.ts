import { readFile } from 'node:fs/promises';
import test from 'ava';
import { readTemplates } from '../../src/disk/templates.ts';

const page = await readFile(new URL('../../../docs/templates.md', import.meta.url), 'utf8');
const { templates } = await readTemplates();
const names = [...templates.keys()].toSorted();

/** What the first column of the page's last table has for each template: it and its variables. */
const rows = page
  .slice(page.indexOf('| template | variables |'))
  .split('\n')
  .map((line) => /^\| (`[^|]*`) \| (.*)\|$/.exec(line))
  .filter((row) => row !== null)
  .map(([, first = '', second = '']) => ({ templates: words(first), variables: second }));

function words(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

test('docs/templates.md has each template once, and no other one', (t) => {
  const told = rows.flatMap((row) => row.templates).toSorted();
  t.deepEqual(
    told,
    names.filter((name) => !name.startsWith('partials/')),
  );
});

for (const name of names.filter((each) => each.startsWith('partials/')))
  test(`docs/templates.md names ${name}`, (t) => t.true(page.includes(`\`${name}\``)));

test('docs/templates.md has the variables that the templates of lvsform ask for', (t) => {
  const missing = rows.flatMap(({ templates: those, variables }) => {
    const told = new Set(variables.match(/\w+/g));
    return those.flatMap((name) =>
      asked(name)
        .filter((word) => !told.has(word))
        .map((word) => `${name}: ${word}`),
    );
  });
  t.deepEqual(missing, []);
});

function asked(template: string): string[] {
  const { text } = templates.get(template)!;
  return [...text.matchAll(/\{\{#(?:each|if|unless) (\w+)\}\}/g)]
    .map(([, word = '']) => word)
    .filter((word) => word !== 'this');
}
