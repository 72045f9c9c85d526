import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { complete } from '../support/library.ts';

const takers = 6;
const rounds = 12;

async function folderFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-lock-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

/** Runs a script whose state is in `lib`; gives what it printed. */
async function runs(shell: string, folder: string, script: string): Promise<string> {
  const text = complete(`begin F\nlib=lib\nholder='a test'\n${script}`);
  const env = { ...process.env, LVSFORM_ROOT: folder };
  const child = spawn(shell, ['-c', text], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  return output;
}

/** Every round is a process of its own: it takes the lock, and ends with it in its hands or gives it back. */
const taker = `turn() {
  try_lock || exit 1
  mkdir inside 2>/dev/null || echo "two at once" >> wrong
  [ "$(readlink lib/lock/owner)" != '' ] || echo "no owner" >> wrong
  sleep 0.005
  rmdir inside 2>/dev/null
  echo . >> turns
  case $1 in *[02468]) unlock ;; esac
  exit 0
}
round=0
while [ "$round" -lt ${rounds} ]; do
  if (turn "$round"); then round=$((round + 1)); else sleep 0.01; fi
done
`;

for (const shell of ['dash', 'bash']) {
  test(`of six takers of abandoned locks, one at a time has it (${shell})`, async (t) => {
    const folder = await folderFor(t);
    await Promise.all(Array.from({ length: takers }, () => runs(shell, folder, taker)));
    t.deepEqual(
      await readdir(folder).then((names) => names.filter((name) => name !== 'lib')),
      ['turns'],
      await readFile(join(folder, 'wrong'), 'utf8').catch(() => ''),
    );
    t.is((await readFile(join(folder, 'turns'), 'utf8')).length, 2 * takers * rounds);
  });

  test(`a lock is given back by its owner alone (${shell})`, async (t) => {
    const folder = await folderFor(t);
    const held = `try_lock || exit 1
      ( try_lock; echo "other $?"; unlock )
      me=$$-1-other unlock
      [ -d lib/lock ] && echo kept
      unlock
      [ -d lib/lock ] || echo given`;
    t.is(await runs(shell, folder, held), 'other 1\nkept\ngiven\n');
  });

  test(`the lock of a former boot is taken over, though its process number lives (${shell})`, async (t) => {
    const folder = await folderFor(t);
    const lock = join(folder, 'lib', 'lock');
    await mkdir(lock, { recursive: true });
    const stat = await readFile(`/proc/${process.pid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const take = 'try_lock; echo $?; unlock';
    await symlink(`${process.pid}-${started}-${boot}`, join(lock, 'owner'));
    t.is(await runs(shell, folder, take), '1\n');
    await rm(join(lock, 'owner'));
    await symlink(`${process.pid}-${started}-00000000-of-another-boot`, join(lock, 'owner'));
    t.is(await runs(shell, folder, take), '0\n');
    t.deepEqual(await readdir(join(folder, 'lib')), []);
  });

  test(`an heir that dies has an heir, and what a power failure emptied holds nothing (${shell})`, async (t) => {
    const folder = await folderFor(t);
    const lock = join(folder, 'lib', 'lock');
    await mkdir(lock, { recursive: true });
    for (const name of ['process', 'holder']) await writeFile(join(lock, name), '');
    t.is(await runs(shell, folder, 'try_lock; echo $?'), '0\n');
    t.is(await runs(shell, folder, 'try_lock; echo $?'), '0\n');
    const heirs = (await readdir(lock)).filter((name) => name.startsWith('heir.'));
    t.is(heirs.length, 2);
    const first = await readlink(join(lock, 'heir.unknown'));
    t.true(heirs.includes(`heir.${first}`));
    t.is(await runs(shell, folder, 'try_lock; unlock; ls lib'), '');
  });
}
