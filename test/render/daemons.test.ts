import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { resourcesOf } from '../../src/components/index.ts';
import { rendered } from '../../src/components/rendered.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { renderer } from '../../src/render/templates.ts';
import type { CibResource } from '../../src/resources/cib.ts';
import { line } from '../../src/shell/quote.ts';
import { inventoryAt, shown } from '../support/inventories.ts';

/** Every configuration that an inventory renders is read by its own daemon, as Debian has it. */
const run = promisify(execFile);
const templates = await readTemplates();

/** cman is in no Debian; a schema after its man pages reads its document. */
const clusterSchema = fileURLToPath(new URL('../../../test/render/cluster.rng', import.meta.url));

/** How a daemon is asked, by the path that it is found at. */
const checks: Readonly<Record<string, (file: string) => readonly string[]>> = {
  '/etc/chrony/chrony.conf': (file) => ['chronyd', '-p', '-f', file],
  // It reads its configuration before it says that no daemon runs with it (3).
  '/etc/ha.d/ldirectord.cf': (file) => ['sh', '-c', 'ldirectord "$1" status; [ $? = 3 ]', 'ask', file],
  // It wants its key at once.
  '/etc/corosync/corosync.conf': (file) => {
    const key = 'head -c 256 /dev/zero > "$1.key"; sed -i "s|^totem {|&\\n keyfile: $1.key|" "$1"';
    return ['sh', '-c', `${key}; corosync -t -c "$1"`, 'ask', file];
  },
  '/etc/cluster/cluster.conf': (file) => ['xmllint', '--noout', '--relaxng', clusterSchema, file],
  '/etc/keepalived/keepalived.conf': (file) => ['keepalived', '-t', '-e', '-f', file],
};

/** Interfaces as the inventories name them; keepalived looks for those that it is told of. */
const interfaces = ['eth0', 'eth1'].map(
  (name, index) =>
    `ip link add ${name} type veth peer name x${index}; ip link set ${name} up; ip link set x${index} up`,
);
const addresses = [
  ...['10.1.0.2/24', '10.1.0.3/24'].map((each) => `ip addr add ${each} dev eth0`),
  'ip addr add 10.3.0.2/24 dev eth1',
];

/** What a daemon says of a configuration; fails where it refuses it. */
async function asked(
  host: string,
  file: string,
  content: string,
  check: (file: string) => readonly string[],
): Promise<string> {
  await writeFile(file, content);
  const script = [`hostname ${host}`, ...interfaces, ...addresses, `${line(check(file))} 2>&1`].join('\n');
  const { stdout } = await run('unshare', ['-n', '-u', 'sh', '-ec', script]);
  return stdout;
}

for (const path of shown) {
  test(`${path}: each daemon takes its configuration`, async (t) => {
    const inventory = await inventoryAt(path);
    const scratch = await mkdtemp(join(tmpdir(), 'lvsform-daemons-'));
    t.teardown(() => rm(scratch, { recursive: true, force: true }));
    const documents = inventory.hosts
      .filter(({ managed }) => managed)
      .flatMap((host) => rendered(inventory, host, 'debian', renderer(templates)));
    // Debian has no corosync 1 that could read its own.
    const known = documents.filter(
      (document) => document.path in checks && !document.content.includes('compatibility: whitetank'),
    );
    for (const { host, path: at, content } of known) {
      const file = join(scratch, `${host}${at.replaceAll('/', '_')}`);
      const said = await asked(host, file, content, checks[at]!).catch(
        ({ stdout = '' }: { stdout?: string }) => `error: ${stdout}`,
      );
      t.notRegex(said, /error|unknown|invalid|unmatched|ignor/i, `${host}${at}`);
    }
    t.log(known.length === 0 ? 'none' : known.map(({ host, path: at }) => `${host}${at}`).join(', '));
    t.pass();
  });
}

/** A whole CIB with these elements in it. */
function cibWith(want: CibResource['want']): string {
  const sections = ['crm_config', 'nodes', 'resources', 'constraints', 'rsc_defaults'];
  const body = sections.map((name) => `<${name}>${(want[name] ?? []).join('')}</${name}>`).join('');
  return `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0"><configuration>${body}</configuration><status/></cib>`;
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
      for (const each of resourcesOf(inventory, host, 'debian', renderer(templates))) {
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
  const scratch = await mkdtemp(join(tmpdir(), 'lvsform-daemons-'));
  t.teardown(() => rm(scratch, { recursive: true, force: true }));
  for (const [index, check] of Object.values(checks).entries()) {
    await t.throwsAsync(asked('lb1', join(scratch, String(index)), 'nonsense {\n', check));
  }
});
