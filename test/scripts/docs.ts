import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands } from '../../src/cli/commands/index.ts';
import {
  exit,
  exitMeanings,
  type ExitName,
  exitStatuses,
  signalStatuses,
} from '../../src/report/exit-statuses.ts';
import { commandHelp } from '../../src/cli/help.ts';
import { readingRules, rules } from '../../src/inventory/rules/index.ts';
import { rulePage } from '../../src/report/rules-text.ts';
import { editorJsonSchema } from '../../src/inventory/shape.ts';
import { withExamples } from '../support/examples.ts';
import { inventoryReference } from '../support/reference.ts';

/** Writes the docs that the code is the source of; with --check it only says which of them are out of date. */
const docs = fileURLToPath(new URL('../../../docs', import.meta.url));
const check = process.argv.includes('--check');

/** One table of the exit statuses of all commands. */
function exitPage(): string {
  const names = Object.keys(exit) as ExitName[];
  const rows = names.map((name) => {
    const users = Object.entries(commands).filter(([, { exits }]) => exits.includes(name));
    const where =
      users.length === Object.keys(commands).length ? 'all' : users.map(([each]) => each).join(', ');
    return `| ${exit[name]} | ${exitMeanings[name].means} | ${where} |\n`;
  });
  const narrower = Object.entries(commands).flatMap(([name, { exitWords = {} }]) =>
    Object.entries(exitWords).map(([each, text]) => `| ${name} | ${exit[each as ExitName]} | ${text} |\n`),
  );
  const order = exitStatuses.map(
    ({ outcomes, status }, index) =>
      `| ${index + 1} | ${outcomes.join(', ') || signalOf(status)} | ${status} |\n`,
  );
  return `# Exit statuses

A number means the same for every command. A closed pipe (\`lvsform apply --yes | head -1\`) changes nothing: lvsform finishes
its work, and the status is the true one.

| status | meaning | commands |
| ---: | --- | --- |
${rows.join('')}
\`lab ssh\` and \`lab exec\` end with the status of their command.

## Narrower meanings

| command | status | meaning |
| --- | ---: | --- |
${narrower.join('')}
## Several hosts

Hosts can end differently. \`apply\`, \`destroy\` and \`forget\` end with the first of these that is true for any host:

| | outcome | status |
| ---: | --- | ---: |
${order.join('')}
\`plan\` uses the same order. \`plan --detailed-exitcode\` ends with 2 if there is drift, and with another status only if there
is none. \`verify\` ends with 1 if something is wrong, and with 3 or 8 only if everything that it saw is right.

## Errors as JSON

With \`--json\`, lvsform writes an error as text to standard error, and as a line of JSON to standard output:

\`\`\`json
{"version":1,"type":"error","bug":false,"message":"no host fits rs7: did you mean rs1?","status":1}
\`\`\`

\`hint\` says what to do; it may be missing. \`bug\` is true for a mistake in lvsform, and false for a mistake of yours.
`;
}

function signalOf(status: number): string {
  const [signal] = Object.entries(signalStatuses).find(([, each]) => each === status) ?? [];
  return `${signal}, if it came first`;
}

const all = [...readingRules, ...rules].toSorted((a, b) => a.id.localeCompare(b.id));
const pages = new Map<string, string>([
  ...all.map((rule): [string, string] => [`rules/${rule.id}.md`, `# ${rulePage(rule)}`]),
  [
    'rules/README.md',
    `# Rules\n\nWhat \`lvsform validate\` checks, each with a page.\n\n| rule | severity | what |\n| --- | --- | --- |\n${all.map(({ id, severity, title }) => `| [${id}](${id}.md) | ${severity} | ${title} |\n`).join('')}`,
  ],
  ['inventory.schema.json', `${JSON.stringify(editorJsonSchema(), null, 2)}\n`],
  ['inventory.md', inventoryReference()],
  ['exit-statuses.md', exitPage()],
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
