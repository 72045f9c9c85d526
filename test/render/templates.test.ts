import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { rendered } from '../../src/components/rendered.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { readInventory } from '../../src/inventory/read.ts';
import { renderer, TemplateError } from '../../src/render/templates.ts';
import { dr, inventoryOf } from '../support/inventories.ts';

async function overridden(text: string, name = 'hosts-file/hosts.hbs', notice?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-templates-'));
  await mkdir(join(folder, 'hosts-file'));
  await writeFile(join(folder, name), text);
  if (notice !== undefined) {
    await mkdir(join(folder, 'partials'));
    await writeFile(join(folder, 'partials/notice.hbs'), notice);
  }
  try {
    const vars = JSON.stringify({ domain: 'example.net', odd: `a 'b' %<&"` });
    const inventory = inventoryOf(dr.replace('mode: dr', `mode: dr\n    defaults: { vars: ${vars} }`));
    const documents = rendered(
      inventory,
      inventory.hosts[1]!,
      'debian',
      renderer(await readTemplates(folder)),
    );
    return documents.find(({ path }) => path === '/etc/hosts')?.content ?? '';
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a template beside the inventory takes the place of the one that is shipped, with vars of the inventory', async (t) => {
  const text = await overridden(
    '{{#each hosts}}\n{{address}} {{name}}.{{../vars.domain}} {{name}}\n{{/each}}\n',
  );
  t.regex(text, /^172\.16\.100\.7 rs1\.example\.net rs1$/m);
});

test('an unknown variable is an error with its template and line', async (t) => {
  const error = await t.throwsAsync(overridden('# fine\n{{#each hosts}}\n{{adress}}\n{{/each}}\n'), {
    instanceOf: TemplateError,
  });
  t.regex(error?.message ?? '', /hosts-file\/hosts\.hbs:3:3: \{\{adress\}\} is not defined/);
});

test('an unknown variable of a deeper value is an error, too', async (t) => {
  const error = await t.throwsAsync(overridden('{{host.adress}}\n'), { instanceOf: TemplateError });
  t.regex(error?.message ?? '', /hosts\.hbs:1:\d+: \{\{host\.adress\}\} is not defined$/);
  t.regex(error?.hint ?? '', /docs\/templates\.md/);
});

for (const path of ['vars.ntp', '../vars.ntp', 'vars.deep.ntp']) {
  test(`{{${path}}} that the inventory lacks is named as it is written`, async (t) => {
    const text = path.startsWith('..') ? `{{#each hosts}}{{${path}}}{{/each}}\n` : `{{${path}}}\n`;
    const error = await t.throwsAsync(overridden(text), { instanceOf: TemplateError });
    const own = path.replace('../', '');
    t.is(error?.reason, `{{${path}}} is not defined: the inventory has no ${own} for this host`);
    t.regex(error?.hint ?? '', /add it to vars/);
  });
}

test('a template that cannot be parsed is an error with its line', async (t) => {
  const error = await t.throwsAsync(overridden('# fine\n{{#each hosts}}\n'), { instanceOf: TemplateError });
  t.regex(error?.message ?? '', /hosts\.hbs:\d+/);
});

test('a mistake in a partial is told with the partial’s own name and line', async (t) => {
  const error = await t.throwsAsync(
    overridden('# fine\n{{> notice}}\n', 'hosts-file/hosts.hbs', '\n{{nope}}\n'),
    {
      instanceOf: TemplateError,
    },
  );
  t.regex(error?.message ?? '', /partials\/notice\.hbs:2:3: \{\{nope\}\} is not defined/);
});

for (const [text, says] of [
  ['\n{{> nosuch}}\n', /hosts\.hbs:2:1: The partial nosuch could not be found/],
  ['{{#each hosts}}{{/if}}\n', /hosts\.hbs:1:\d+: each doesn't match if/],
  ['\n  {{shell nope}}\n', /hosts\.hbs:2:3: the value of \{\{shell \.\.\.\}\} is not defined/],
  ['{{xml hosts}}\n', /hosts\.hbs:1:1: the value of \{\{xml \.\.\.\}\} is not defined/],
  ['{{> hosts}}{{bad 1}}\n', /hosts\.hbs:1:/],
] as const) {
  test(`${JSON.stringify(text)} is a problem with file, line and column`, async (t) => {
    const error = await t.throwsAsync(overridden(text), { instanceOf: TemplateError });
    t.regex(error?.message ?? '', says);
    t.true(error.place.line > 0 && error.place.column > 0);
  });
}

test('helpers write a word of a shell, a command of a crontab, an attribute', async (t) => {
  t.is((await overridden('{{shell vars.odd}}\n')).split('\n')[1], `'a '\\''b'\\'' %<&"'`);
  t.is((await overridden('{{cron vars.odd}}\n')).split('\n')[1], `a 'b' \\%<&"`);
  t.is((await overridden('{{cron (shell vars.odd)}}\n')).split('\n')[1], `'a '\\''b'\\'' \\%<&"'`);
  t.is((await overridden('{{xml vars.odd}}\n')).split('\n')[1], `a 'b' %&lt;&amp;&quot;`);
});

test('a block of a script gets the shell functions that it names, with their comments', async (t) => {
  const script = await overridden("a\n{{#functions}}\nfilter_nft '{{host.name}}'\n{{/functions}}\nz\n");
  t.regex(
    script,
    /^a\n# filter_nft TEXT: .*\nfilter_nft\(\) \{ printf '%s\\n' "\$1" \| nft -f -; \}\n\nfilter_nft 'rs1'\nz\n/m,
  );
  t.notRegex(script, /filter_tool/);
});

test('validate tells of a template that cannot be rendered, with its place', async (t) => {
  const text = '# fine\n{{nope}}\n';
  const { templates: ours, library } = await readTemplates();
  const templates = new Map([...ours, ['hosts-file/hosts', { text, origin: 'mine/hosts.hbs' }]]);
  const render = renderer({ templates, library });
  const { problems, inventory } = readInventory([{ name: 'x.yaml', text: dr }], render);
  t.is(inventory, undefined);
  t.deepEqual(
    problems.map(({ rule, place }) => [rule, place]),
    [['LVS007', { file: 'mine/hosts.hbs', line: 2, column: 3 }]],
  );
});

test('nothing is escaped as if it were HTML', async (t) => {
  t.regex(await overridden('<{{host.name}}> & "{{host.address}}"\n'), /<rs1> & "172\.16\.100\.7"/);
});
