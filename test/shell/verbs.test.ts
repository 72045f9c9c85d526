import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { keeping } from '../../src/apply/keeping.ts';
import { files, session } from '../../src/apply/verbs.ts';
import { engineVerbs } from '../../src/shell/engines.ts';
import { lockReading, lockTaking } from '../../src/shell/lock.ts';
import { opening, verbs } from '../../src/shell/prelude.ts';
import { rareVerbs } from '../../src/shell/rare.ts';
import { watchVerbs } from '../../src/shell/watch.ts';

test('the verbs of a transaction pass shellcheck', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-verbs-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const script = join(folder, 'verbs');
  const text = [
    opening('F'),
    verbs,
    rareVerbs('cib_edit mount_at unrefused'),
    lockReading,
    lockTaking,
    watchVerbs,
    files,
    keeping,
    session,
  ].join('\n');
  await writeFile(script, `#!/bin/sh\n${text}`);
  // Who calls a verb, and who sets what it reads, comes later.
  const later = ['-e', 'SC2034,SC2154,SC2174,SC2317,SC2329'];
  await t.notThrowsAsync(
    promisify(execFile)('shellcheck', ['-s', 'sh', ...later, script]).catch((error: unknown) => {
      throw new Error((error as { stdout: string }).stdout);
    }),
  );
});

test('the verbs of tables, engines and file systems travel only where one of them is named', (t) => {
  t.is(rareVerbs('ipvsadm -A -t 10.0.0.1:80\nsystemctl start lvs-director'), '');
  t.regex(rareVerbs('within 60 serves "-t 10.0.0.1:80"'), /^serves\(\) \{/m);
  t.notRegex(rareVerbs('mount_at srv/www nfs ro 10.0.0.1:/www'), /^serves\(\) \{/m);
});

test('a unit that does not start says why, and the status is its own', async (t) => {
  const script = [
    opening('F'),
    verbs,
    'systemctl() { echo "Job for $2 failed." >&2; return 5; }',
    'journalctl() { echo "journalctl $*"; }',
    'unit_act start lvs-content.service',
  ].join('\n');
  const failed = promisify(execFile)('/bin/sh', ['-c', script]);
  const { code, stderr } = (await t.throwsAsync(failed)) as unknown as { code: number; stderr: string };
  t.is(code, 5);
  t.deepEqual(stderr.trim().split('\n'), [
    'Job for lvs-content.service failed.',
    'journalctl -q -n 8 -o cat --no-pager -u lvs-content.service',
  ]);
});

test('a cluster manager neither acts nor looks while ldirectord takes up its file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-verbs-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const log = join(folder, 'log');
  const script = [
    opening('F'),
    engineVerbs,
    `crm_resource() { [ "$1" != -l ] || { echo lvs-web-ldirectord; return; }; echo "crm_resource $*" >> ${log}; }`,
    `ldirectord() { echo "ldirectord $*" >> ${log}; }`,
    'ldirectord_again ldirectord.cf',
  ].join('\n');
  await promisify(execFile)('/bin/sh', ['-c', script], { cwd: folder });
  t.deepEqual((await readFile(log, 'utf8')).trim().split('\n'), [
    'ldirectord ldirectord.cf status',
    'crm_resource -Q -r lvs-web-ldirectord --meta -p maintenance -v true',
    'ldirectord ldirectord.cf try-restart',
    'ldirectord ldirectord.cf status',
    'crm_resource -Q -r lvs-web-ldirectord --meta -d maintenance',
  ]);
});
