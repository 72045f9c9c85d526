import { readFile } from 'node:fs/promises';
import test from 'ava';
import { replaceSection } from '../../bench/document.ts';
import { readOptions } from '../../bench/options.ts';
import { sections } from '../../bench/sections/index.ts';

const known = ['startup', 'tables'];

test('without words every section runs, with the usual sizes', (t) => {
  const options = { names: known, sizes: [2, 50, 200], rounds: 3, json: false, write: false };
  t.deepEqual(readOptions([], known), options);
  t.deepEqual(readOptions(['tables', '--sizes', '2,1000', '--rounds', '1', '--json'], known), {
    names: ['tables'],
    sizes: [2, 1000],
    rounds: 1,
    json: true,
    write: false,
  });
});

test('what is no section and what is no number is refused', (t) => {
  t.throws(() => readOptions(['table'], known), { message: /unknown section table: .* startup, tables/ });
  for (const sizes of ['0', '2,x', '-5', ''])
    t.throws(() => readOptions([`--sizes=${sizes}`], known), undefined, sizes);
});

test('a section replaces what stood between its markers, and nothing else', (t) => {
  const page = 'a\n<!-- bench: x -->\nold\n<!-- end of bench: x -->\nb\n';
  const once = replaceSection(page, 'x', '## new\n');
  t.is(once, 'a\n<!-- bench: x -->\n## new\n<!-- end of bench: x -->\nb\n');
  t.is(replaceSection(once, 'x', '## new'), once);
  t.throws(() => replaceSection(page, 'y', ''), { message: /no place for the section y/ });
});

test('docs/performance.md has a place for every section, in their order', async (t) => {
  const page = await readFile(new URL('../../../docs/performance.md', import.meta.url), 'utf8');
  const places = [...page.matchAll(/<!-- bench: (\w+) -->/g)].map(([, name]) => name!);
  t.deepEqual(
    places,
    sections.map(({ name }) => name),
  );
});
