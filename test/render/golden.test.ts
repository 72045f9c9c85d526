import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { rendered } from '../../src/components/rendered.ts';
import { writeWhole } from '../../src/disk/documents.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { families } from '../../src/model/family.ts';
import { renderer } from '../../src/render/templates.ts';
import { inventoryAt, shown } from '../support/inventories.ts';

const run = promisify(execFile);
const templates = await readTemplates();
const golden = fileURLToPath(new URL('../../../test/golden', import.meta.url));

/** Documents by path, as they would stand on the hosts. */
async function documentsOf(path: string, family: (typeof families)[number]): Promise<Map<string, string>> {
  const inventory = await inventoryAt(path);
  const render = renderer(templates);
  const documents = inventory.hosts
    .filter(({ managed }) => managed)
    .flatMap((host) => rendered(inventory, host, family, render));
  return new Map(documents.map(({ host, path: at, content }) => [`${host}${at}`, content]));
}

async function stored(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [relative(folder, file), await readFile(file, 'utf8')] as const),
    ),
  );
}

for (const path of shown) {
  for (const family of families) {
    const folder = join(golden, path.replaceAll('/', '-'), family);

    test(`${path} on ${family} renders what is stored in test/golden`, async (t) => {
      const documents = await documentsOf(path, family);
      if (process.env['UPDATE_GOLDEN'] === '1') {
        await rm(folder, { recursive: true, force: true });
        for (const [name, content] of documents) await writeWhole(join(folder, name), content);
      }
      const kept = await stored(folder);
      t.deepEqual([...documents.keys()].toSorted(), [...kept.keys()].toSorted());
      for (const [name, content] of documents) t.is(kept.get(name), content, name);
      t.deepEqual(await documentsOf(path, family), documents);
    });

    test(`${path} on ${family}: the scripts pass shellcheck, dash and bash`, async (t) => {
      const scripts = [...(await documentsOf(path, family))].filter(([, content]) =>
        content.startsWith('#!'),
      );
      t.true(scripts.length > 0);
      const scratch = await mkdtemp(join(tmpdir(), 'lvsform-scripts-'));
      t.teardown(() => rm(scratch, { recursive: true, force: true }));
      const files = scripts.map(([name]) => join(scratch, name.replaceAll('/', '_')));
      await Promise.all(scripts.map(([, content], index) => writeFile(files[index]!, content)));
      await t.notThrowsAsync(run('shellcheck', ['-s', 'sh', ...files]));
      for (const shell of ['dash', 'bash']) {
        for (const file of files) await t.notThrowsAsync(run(shell, ['-n', file]));
      }
    });
  }
}
