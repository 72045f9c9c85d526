import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { parseAnswer } from '../../src/shell/answer.ts';
import { cibKind, type CibResource } from '../../src/resources/cib.ts';
import { line } from '../../src/shell/quote.ts';
import { complete } from '../support/library.ts';
import { context } from '../support/tables.ts';

/** With pacemaker's own tools, on a CIB in a file. */
const run = promisify(execFile);

const vip = (address: string, more = ''): string =>
  `<primitive id="lvs-web-vip" class="ocf" provider="heartbeat" type="IPaddr2"><instance_attributes id="lvs-web-vip-params"><nvpair id="lvs-web-vip-ip" name="ip" value="${address}"/></instance_attributes>${more}</primitive>`;
const options =
  '<cluster_property_set id="lvs-options"><nvpair id="lvs-options-stonith-enabled" name="stonith-enabled" value="false"/></cluster_property_set>';
const sticky = (value: number): string =>
  `<meta_attributes id="lvs-defaults"><nvpair id="lvs-defaults-s" name="resource-stickiness" value="${value}"/></meta_attributes>`;
const prefers = '<rsc_location id="lvs-web-prefers" rsc="lvs-web" node="lb1" score="50"/>';

const wants: readonly CibResource['want'][] = [
  {},
  { crm_config: [options], resources: [`<group id="lvs-web">${vip('10.0.0.1')}</group>`] },
  {
    crm_config: [options],
    rsc_defaults: [sticky(100)],
    resources: [`<group id="lvs-web">${vip('10.0.0.2')}</group>`],
    constraints: [prefers],
  },
  { crm_config: [options], rsc_defaults: [sticky(0)], resources: [vip('10.0.0.1')] },
];

/** A host with an empty CIB, where pacemaker's tools see it. */
async function host(
  t: ExecutionContext,
): Promise<{ live: string; shell: (script: string) => Promise<string>; compare: Compare }> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-cib-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'var/lib/lvsform'), { recursive: true });
  const live = join(folder, 'live.xml');
  const shell = async (script: string): Promise<string> => {
    const env = { ...process.env, CIB_file: live, LVSFORM_ROOT: folder };
    const { stdout } = await run('/bin/sh', ['-c', script], { env });
    return stdout;
  };
  await shell(`cibadmin --empty > ${live}`);
  const compare: Compare = async (want) => {
    const resource: CibResource = { kind: 'cib', want };
    const xml = await shell('cibadmin -Q -o configuration');
    const [observed] = cibKind.parse(parseAnswer(`\n@F cib\n${xml}\n@F end\n`, 'F'), [resource]);
    return cibKind.compare(resource, observed!, context);
  };
  return { live, shell, compare };
}

type Compare = (want: CibResource['want']) => Promise<ReturnType<typeof cibKind.compare>>;

/** Carries out what a comparison found. */
function acted({ change }: ReturnType<typeof cibKind.compare>): string {
  const commands = change!.actions.flatMap((action) => (action.do === 'run' ? action.commands : []));
  return complete(`begin F\ncluster_answers() { :; }\n${commands.map(line).join('\n')}`);
}

test('from any configuration to any other, by the difference, and to none: what is not ours stays', async (t) => {
  const { live, shell, compare } = await host(t);
  const own = '<primitive id="mine" class="ocf" provider="pacemaker" type="Dummy"/>';
  await shell(line(['cibadmin', '-C', '-o', 'resources', '-X', own]));
  for (const from of wants) {
    for (const to of wants) {
      for (const want of [from, to]) {
        const found = await compare(want);
        if (found.change !== undefined) await shell(acted(found));
        t.is((await compare(want)).change, undefined, JSON.stringify(want));
      }
    }
  }
  t.regex(await readFile(live, 'utf8'), /id="mine"/);
});

test('what crm_resource leaves when a setting is taken back is no difference, and what it set is one', async (t) => {
  const { shell, compare } = await host(t);
  const want = { crm_config: [options], resources: [vip('10.0.0.1')] };
  await shell(acted(await compare(want)));
  await shell('crm_resource -Q -r lvs-web-vip --meta -p maintenance -v true');
  t.deepEqual((await compare(want)).change?.details, [{ verb: 'change', text: 'resources: lvs-web-vip' }]);
  await shell('crm_resource -Q -r lvs-web-vip --meta -d maintenance');
  t.regex(await shell('cibadmin -Q -o resources'), /<meta_attributes id="lvs-web-vip-meta_attributes"\/>/);
  t.is((await compare(want)).change, undefined);
});

test('what crm_verify refuses does not go live', async (t) => {
  const { live, shell } = await host(t);
  const before = await readFile(live, 'utf8');
  const edit = line(['cib_edit', 'set', 'resources', '<group id="lvs-empty"/>']);
  const script = complete(`begin F\ncluster_answers() { :; }\n${edit}`);
  await t.throwsAsync(shell(script));
  t.is(await readFile(live, 'utf8'), before);
});
