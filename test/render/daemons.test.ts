import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { resourcesOf } from '../../src/components/index.ts';
import type { CibResource } from '../../src/resources/cib.ts';
import { asked, checks, cibWith, readable, render } from '../support/daemons.ts';
import { inventoryAt, shown } from '../support/inventories.ts';

/** Every configuration that an inventory renders is read by its own daemon, as Debian has it. */
const run = promisify(execFile);

for (const path of shown) {
  test(`${path}: each daemon takes its configuration`, async (t) => {
    const said = await asked(readable(await inventoryAt(path)));
    for (const { host, path: at, code, said: text } of said) {
      t.is(code, 0, `${host}${at}: ${text}`);
      t.notRegex(text, /error|unknown|invalid|unmatched|ignor/i, `${host}${at}`);
    }
    t.log(said.length === 0 ? 'none' : said.map(({ host, path: at }) => `${host}${at}`).join(', '));
    t.pass();
  });
}

test('crm_verify takes each CIB, and refuses a wrong one', async (t) => {
  const scratch = await mkdtemp(join(tmpdir(), 'lvsform-cib-'));
  t.teardown(() => rm(scratch, { recursive: true, force: true }));
  const verify = async (want: CibResource['want']): Promise<unknown> => {
    await writeFile(join(scratch, 'cib.xml'), cibWith(want));
    return run('crm_verify', ['-V', '-x', join(scratch, 'cib.xml')]);
  };
  let count = 0;
  for (const path of shown) {
    const inventory = await inventoryAt(path);
    for (const host of inventory.hosts) {
      for (const each of resourcesOf(inventory, host, 'debian', render)) {
        if (each.kind !== 'cib') continue;
        count += 1;
        await t.notThrowsAsync(verify(each.want), path);
        await t.throwsAsync(verify({ ...each.want, resources: ['<group id="lvs-x"/>'] }), undefined, path);
      }
    }
  }
  t.true(count > 0);
});

test('a daemon refuses what is wrong', async (t) => {
  const wrong = Object.keys(checks).map((path) => ({ host: 'lb1', path, content: 'nonsense {\n' }));
  for (const { path, code } of await asked(wrong)) t.not(code, 0, path);
});
