import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { rendered } from '../../src/components/rendered.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { renderer, TemplateError } from '../../src/render/templates.ts';
import { dr, inventoryOf } from '../support/inventories.ts';

async function overridden(text: string, name = 'hosts-file/hosts.hbs'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-templates-'));
  await mkdir(join(folder, 'hosts-file'));
  await writeFile(join(folder, name), text);
  try {
    const inventory = inventoryOf(
      dr.replace('mode: dr', 'mode: dr\n    defaults: { vars: { domain: example.net } }'),
    );
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
  t.regex(error?.message ?? '', /hosts-file\/hosts\.hbs:3:3: nothing defines \{\{adress\}\}/);
});

test('an unknown variable of a deeper value is an error, too', async (t) => {
  const error = await t.throwsAsync(overridden('{{vars.domian}}\n'), { instanceOf: TemplateError });
  t.regex(error?.message ?? '', /hosts\.hbs:1:\d+: nothing defines/);
});

test('a template that cannot be parsed is an error with its line', async (t) => {
  const error = await t.throwsAsync(overridden('# fine\n{{#each hosts}}\n'), { instanceOf: TemplateError });
  t.regex(error?.message ?? '', /hosts\.hbs:\d+/);
});

test('nothing is escaped as if it were HTML', async (t) => {
  t.regex(await overridden('<{{host.name}}> & "{{host.address}}"\n'), /<rs1> & "172\.16\.100\.7"/);
});
