import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import test from 'ava';
import { sshKeyOf } from '../../src/disk/ssh-key.ts';

test('OpenSSH reads the key of any secret, and finds the same public half', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-key-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'key');
  await fc.assert(
    fc.asyncProperty(fc.string(), async (secret) => {
      const key = sshKeyOf(secret);
      await writeFile(file, key.private, { mode: 0o600 });
      const { stdout } = await promisify(execFile)('ssh-keygen', ['-y', '-f', file]);
      t.is(stdout.trim(), key.public);
      t.deepEqual(sshKeyOf(secret), key);
    }),
    { numRuns: 10 },
  );
  t.not(sshKeyOf('a').public, sshKeyOf('b').public);
});
