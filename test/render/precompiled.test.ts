import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { rendered, type RenderedDocument } from '../../src/components/rendered.ts';
import { readHostLibrary } from '../../src/disk/host-library.ts';
import * as fromFiles from '../../src/disk/shipped.ts';
import { families } from '../../src/model/family.ts';
import { type Render, renderer, TemplateError, textsOf } from '../../src/render/templates.ts';
import { inventoryAt } from '../support/inventories.ts';
import { shippedModule } from '../scripts/shipped.ts';

/** What a package has in the place of src/disk/shipped.ts. */
async function packaged(): Promise<typeof fromFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-shipped-'));
  const file = join(folder, 'shipped.mjs');
  await writeFile(file, await shippedModule());
  try {
    return (await import(pathToFileURL(file).href)) as typeof fromFiles;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const inPackage = await packaged();
const library = await readHostLibrary();
const [compiledNow, compiledBefore] = (await Promise.all(
  [fromFiles, inPackage].map(async ({ shippedTemplates }) =>
    renderer({ templates: await shippedTemplates(), library }),
  ),
)) as [Render, Render];

test('the texts in a package are those of the files', async (t) => {
  t.deepEqual(await inPackage.shippedFunctions(), await fromFiles.shippedFunctions());
  const texts = [...(await inPackage.shippedTemplates())].map(([name, { text, origin }]) => [
    name,
    { text, origin },
  ]);
  t.deepEqual(texts, [...(await fromFiles.shippedTemplates())]);
});

test('templates that were compiled before can be sent to another lvsform, as those of the files', async (t) => {
  const sent = JSON.stringify(textsOf({ templates: await inPackage.shippedTemplates() }));
  t.deepEqual(new Map(JSON.parse(sent) as []), await fromFiles.shippedTemplates());
});

test('templates that were compiled before give the same bytes', async (t) => {
  for (const name of [
    'heartbeat',
    'pacemaker',
    'corosync1',
    'cman',
    'keepalived',
    'ldirectord',
    'tun',
    'time',
    'content',
  ]) {
    const inventory = await inventoryAt(`inventories/${name}`);
    const all = (render: Render): RenderedDocument[] =>
      inventory.hosts.flatMap((host) =>
        families.flatMap((family) => rendered(inventory, host, family, render)),
      );
    const documents = all(compiledNow);
    t.true(documents.length > 0);
    t.deepEqual(all(compiledBefore), documents, name);
  }
});

test('templates that were compiled before name the same place of a missing variable', async (t) => {
  const said = (render: Render, name: string): string => {
    try {
      return render(name, {});
    } catch (error) {
      t.true(error instanceof TemplateError, name);
      return (error as Error).message;
    }
  };
  const names = [...(await fromFiles.shippedTemplates()).keys()].filter(
    (name) => !name.startsWith('partials/'),
  );
  const places = names.map((name) => said(compiledNow, name));
  t.true(
    places.some((place) => /^templates\/\S+\.hbs:\d+:\d+: /.test(place)),
    places.join('\n'),
  );
  t.deepEqual(
    names.map((name) => said(compiledBefore, name)),
    places,
  );
});
