import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { rendered } from '../../src/components/rendered.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { families, type Family } from '../../src/model/family.ts';
import { renderer } from '../../src/render/templates.ts';
import {
  goldenFile,
  goldenOf,
  nameFrom,
  type OwnedDocument,
  readGolden,
  update,
  writeGolden,
} from '../support/golden.ts';
import { inventoryAt, shown } from '../support/inventories.ts';

const run = promisify(execFile);
const templates = await readTemplates();

/** Documents as they would stand on the hosts of an inventory. */
async function documentsOf(path: string, family: Family): Promise<OwnedDocument[]> {
  const inventory = await inventoryAt(path);
  const render = renderer(templates);
  return inventory.hosts
    .filter(({ managed }) => managed)
    .flatMap((host) => rendered(inventory, host, family, render))
    .map((document) => ({ ...document, inventory: path, family }));
}

const sets = [];
for (const path of shown) {
  for (const family of families) sets.push({ path, family, documents: await documentsOf(path, family) });
}
const before = await readGolden();
const wanted = goldenOf(
  sets.flatMap(({ documents }) => documents),
  before.documents,
);
if (process.env['UPDATE_GOLDEN'] === '1') await writeGolden(wanted);
const stored = await readGolden();
const nameOf = new Map([...wanted.documents].map(([name, content]) => [content, name]));

for (const { path, family, documents } of sets) {
  test(`${path} on ${family} renders what is stored in test/golden`, async (t) => {
    t.true(documents.some(({ content }) => content.startsWith('#!')));
    for (const document of documents)
      t.is(stored.documents.get(nameOf.get(document.content)!), document.content, nameFrom(document));
    t.deepEqual(await documentsOf(path, family), documents);
  });
}

test('test/golden holds each document once, and no other', (t) => {
  const missing = [...wanted.documents.keys()].filter((name) => !stored.documents.has(name));
  const superfluous = [...stored.documents.keys()].filter((name) => !wanted.documents.has(name));
  t.deepEqual({ missing, superfluous }, { missing: [], superfluous: [] }, update);
});

test('test/golden/owners.txt lists the hosts that have each document', (t) => {
  t.is(stored.owners, wanted.owners, update);
});

const scripts = [...wanted.documents].filter(([, content]) => content.startsWith('#!')).map(([name]) => name);
for (const path of new Set(scripts.map(dirname))) {
  test(`the scripts at /${path} pass shellcheck, dash and bash`, async (t) => {
    const files = scripts.filter((name) => dirname(name) === path).map(goldenFile);
    await t.notThrowsAsync(run('shellcheck', ['-s', 'sh', ...files]));
    for (const shell of ['dash', 'bash']) {
      for (const file of files) await t.notThrowsAsync(run(shell, ['-n', file]));
    }
  });
}
