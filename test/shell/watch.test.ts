import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { complete } from '../support/library.ts';

for (const shell of ['dash', 'bash']) {
  test(`a step goes on to its end when the reader has gone, and a signal does not end it (${shell})`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'lvsform-watch-'));
    t.teardown(() => rm(folder, { recursive: true }));
    const script = complete(`begin F
lib=lib holder=test doing=1 titled='a test' watcher=''
trap : HUP INT TERM PIPE
step() {
  seq 1 50000
  for each in HUP INT TERM PIPE; do kill -$each $me; done
  seq 1 50000 && echo "step ended" >> result
}
read -r begin
try_lock
watch &
watcher=$!
limited 60 step
echo "status $?" >> result
for each in 1 2 3; do echo nobody reads this; done
stop_watch
unlock
echo "all ended" >> result
`);
    const env = { ...process.env, LVSFORM_ROOT: folder };
    const child = spawn(shell, ['-c', script], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdout.destroy();
    child.stdin.end('begin\n');
    await once(child, 'close');
    t.is(await readFile(join(folder, 'result'), 'utf8'), 'step ended\nstatus 0\nall ended\n');
  });
}
