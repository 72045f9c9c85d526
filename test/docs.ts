import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands } from '../src/cli/commands/index.ts';
import { commandHelp } from '../src/cli/help.ts';
import { readingRules, rules } from '../src/inventory/rules/index.ts';
import type { Rule } from '../src/inventory/rules/rule.ts';
import { inventoryJsonSchema } from '../src/inventory/shape.ts';
import { withExamples } from './support/examples.ts';
import { inventoryReference } from './support/reference.ts';

/** Writes the docs that the code is the source of; with --check it only says which of them are out of date. */
const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const check = process.argv.includes('--check');

const rulePage = ({ id, severity, title, why }: Omit<Rule, 'check'>): string =>
  `# ${id}: ${title}\n\nSeverity: ${severity}.\n\n${why}\n`;

const all = [...readingRules, ...rules];
const pages = new Map<string, string>([
  ...all.map((rule): [string, string] => [`rules/${rule.id}.md`, rulePage(rule)]),
  [
    'rules/README.md',
    `# Rules\n\nWhat \`lvsform validate\` checks, each with a page.\n\n| rule | severity | what |\n| --- | --- | --- |\n${all.map(({ id, severity, title }) => `| [${id}](${id}.md) | ${severity} | ${title} |\n`).join('')}`,
  ],
  ['inventory.schema.json', `${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`],
  ['inventory.md', inventoryReference()],
  [
    'commands.md',
    `# Commands\n\n${Object.entries(commands)
      .map(([name, command]) => `## ${name}\n\n\`\`\`text\n${commandHelp(name, command)}\`\`\`\n`)
      .join('\n')}`,
  ],
]);

for (const mode of ['dr', 'nat', 'tun', 'fullnat']) {
  const name = `modes/${mode}.md`;
  pages.set(name, await withExamples(await readFile(join(docs, name), 'utf8')));
}

const stale: string[] = [];
for (const [name, text] of pages) {
  const path = join(docs, name);
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present === text) continue;
  stale.push(name);
  if (check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
// A rule that is gone takes its page along.
for (const name of (await readdir(join(docs, 'rules'))).map((each) => `rules/${each}`)) {
  if (pages.has(name)) continue;
  stale.push(name);
  if (!check) await rm(join(docs, name));
}
if (check && stale.length > 0) {
  console.error(`out of date: ${stale.map((name) => `docs/${name}`).join(', ')}; run: npm run docs`);
  process.exitCode = 1;
}
