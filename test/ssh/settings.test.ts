import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { sshRoutes } from '../../src/ssh/settings.ts';

test('CanonicalizeHostname asks no name server: each look at ssh_config would wait for it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-settings-'));
  const path = process.env['PATH'];
  t.teardown(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, 'nslookup'), `#!/bin/sh\n: > ${folder}/asked\n`);
  await chmod(join(folder, 'nslookup'), 0o755);
  process.env['PATH'] = `${folder}:${path}`;
  await writeFile(
    join(folder, 'config'),
    'Host *\n  canonicalizehostname yes\n  CanonicalDomains one.test two.test\n  Port 2222\n',
  );
  const routeOf = await sshRoutes({ config: join(folder, 'config'), connectTimeout: 1, silence: 1 });
  const { host, port } = routeOf({ name: 'rs1', ssh: { host: 'rs1.internal', sudo: false } });
  t.deepEqual({ host, port }, { host: 'rs1.internal', port: 2222 });
  t.deepEqual((await readdir(folder)).toSorted(), ['config', 'nslookup']);
});
