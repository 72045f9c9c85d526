import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rendered } from '../../src/components/rendered.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import type { Inventory } from '../../src/model/cluster.ts';
import { renderer } from '../../src/render/templates.ts';
import type { CibResource } from '../../src/resources/cib.ts';
import { line } from '../../src/shell/quote.ts';

/** The daemons, as Debian has them, read the configurations that an inventory renders. */
const run = promisify(execFile);
export const render = renderer(await readTemplates());

/** cman is in no Debian; a schema after its man pages reads its document. */
const clusterSchema = fileURLToPath(new URL('../../../test/render/cluster.rng', import.meta.url));

/** How a daemon is asked, by the path that it is found at. */
export const checks: Readonly<Record<string, (file: string) => readonly string[]>> = {
  '/etc/chrony/chrony.conf': (file) => ['chronyd', '-p', '-f', file],
  '/etc/ha.d/ldirectord.cf': (file) => ['ldirectord', file, 'status'],
  // It wants its key at once.
  '/etc/corosync/corosync.conf': (file) => {
    const key = 'head -c 256 /dev/zero > "$1.key"; sed -i "s|^totem {|&\\n keyfile: $1.key|" "$1"';
    return ['sh', '-c', `${key}; corosync -t -c "$1"`, 'ask', file];
  },
  '/etc/cluster/cluster.conf': (file) => ['xmllint', '--noout', '--relaxng', clusterSchema, file],
  '/cib.xml': (file) => ['crm_verify', '-V', '-x', file],
  // As a transaction asks it: warnings alone are no error.
  '/etc/keepalived/keepalived.conf': (file) => [
    'sh',
    '-c',
    '. "$1"; keepalived_reads "$2"',
    'ask',
    fileURLToPath(new URL('../../../src/host/keepalived.sh', import.meta.url)),
    file,
  ],
};

/** ldirectord takes most of its time to compile itself; this does so once for all its documents. */
const services = '/etc/ha.d/ldirectord.cf';
const reader = fileURLToPath(new URL('../../../test/support/ldirectord.pl', import.meta.url));

/** A document of a host that a daemon here can read. */
export interface Readable {
  readonly host: string;
  readonly path: string;
  readonly content: string;
}

export interface Verdict extends Readable {
  readonly code: number;
  readonly said: string;
}

/** Interfaces as the inventories name them; keepalived looks for those that it is told of. */
const interfaces = ['eth0', 'eth1'].map(
  (name, index) =>
    `ip link add ${name} type veth peer name x${index}; ip link set ${name} up; ip link set x${index} up`,
);
const addresses = [
  ...['10.1.0.2/24', '10.1.0.3/24'].map((each) => `ip addr add ${each} dev eth0`),
  'ip addr add 10.3.0.2/24 dev eth1',
];

/** The documents of an inventory that a daemon here can read; corosync 1, which could read its own, is in no Debian. */
export function readable(inventory: Inventory): Readable[] {
  return inventory.hosts
    .filter(({ managed }) => managed)
    .flatMap((host) => rendered(inventory, host, 'debian', render))
    .filter(({ path, content }) => path in checks && !content.includes('compatibility: whitetank'));
}

/** What the daemons say of documents: all of them in one process, on a network of its own. */
export async function asked<D extends Readable>(documents: readonly D[]): Promise<(D & Verdict)[]> {
  if (documents.length === 0) return [];
  const scratch = await mkdtemp(join(tmpdir(), 'lvsform-daemons-'));
  try {
    const files = documents.map(({ host, path }, index) =>
      join(scratch, `${index}${host}${path.replaceAll('/', '_')}`),
    );
    // A secret's value is as long as VRRP's password may be.
    const values = documents.map(({ content }) => content.replaceAll(/@@secret:[^@]*@@/g, 'password'));
    await Promise.all(values.map((content, index) => writeFile(files[index]!, content)));
    const asking = documents.map(({ host, path }, index) =>
      path === services
        ? ''
        : `hostname ${host}; ${line(checks[path]!(files[index]!))} > ${files[index]}.out 2>&1; echo $? > ${files[index]}.rc`,
    );
    const own = files.filter((_, index) => documents[index]!.path === services);
    if (own.length > 0) asking.push(line(['perl', reader, '/usr/sbin/ldirectord', ...own]));
    const script = join(scratch, 'script');
    await writeFile(script, ['set -e', ...interfaces, ...addresses, 'set +e', ...asking, ''].join('\n'));
    await run('unshare', ['-n', '-u', 'sh', script]);
    return await Promise.all(
      documents.map(async (document, index) => {
        const [code, said] = await Promise.all(
          ['rc', 'out'].map((end) => readFile(`${files[index]}.${end}`, 'utf8')),
        );
        return {
          ...document,
          // ldirectord has read its file when it says that no daemon runs with it (3).
          code: document.path === services && Number(code) === 3 ? 0 : Number(code),
          said: said!.replaceAll(files[index]!, document.path),
        };
      }),
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A whole CIB with these elements in it. */
export function cibWith(want: CibResource['want']): string {
  const sections = ['crm_config', 'nodes', 'resources', 'constraints', 'rsc_defaults'];
  const body = sections.map((name) => `<${name}>${(want[name] ?? []).join('')}</${name}>`).join('');
  return `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0"><configuration>${body}</configuration><status/></cib>`;
}

export function cibDocument(want: CibResource['want']): { path: string; content: string } {
  return { path: '/cib.xml', content: cibWith(want) };
}
