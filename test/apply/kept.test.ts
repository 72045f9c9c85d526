import test from 'ava';
import { readLock, releaseLock } from '../../src/apply/lock.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { hasChanges } from '../../src/plan/plan.ts';
import { dr } from '../support/inventories.ts';
import { standIns } from '../support/stand-ins.ts';
import { outcomes, testClock, wholeTree, world, type World } from '../support/world.ts';

const rs1 = { limit: ['rs1'], exclude: [] };
const target = { name: 'rs1', ssh: { host: 'rs1', sudo: false } };
const file = 'etc/systemd/system/lvs-realserver.service';
const theirs = 'what was there before lvsform\n';

/** A host on which a file of ours replaces one that was there. */
async function withTheirs(w: World): Promise<string> {
  await w.sim.shell('rs1', `printf '${theirs}' > ${file}`);
  return w.sim.shell('rs1', wholeTree);
}

test('a destroy whose state cannot be removed brings back what was there, says so, and is ended by the next', async (t) => {
  const w = await world(t, dr);
  const before = await withTheirs(w);
  await w.settle(undefined, { selection: rs1 });
  const refusing = await standIns(t, w.hosts, {
    rm: `case "$*" in *lvsform.removed*) echo "rm: cannot remove '$2/original': Operation not permitted" >&2; exit 1 ;; esac`,
  });
  const destroy = { destroy: true, selection: rs1 };
  const [result] = await w.apply(await w.plan(undefined, destroy), refusing);
  t.is(result?.outcome, 'changed');
  t.regex(result?.message ?? '', /could not be removed.*Operation not permitted/);
  t.is(await w.sim.shell('rs1', `cat ${file}`), theirs);
  const again = await w.plan(undefined, destroy);
  t.regex(w.text(again), /- \/var\/lib\/lvsform\.removed\.\S+, which an interrupted run left/);
  await w.settle(undefined, destroy);
  t.is(await w.sim.shell('rs1', wholeTree), before);
});

test('a destroy whose state does not move is undone with all that was kept, and can be begun again', async (t) => {
  const w = await world(t, dr);
  const before = await withTheirs(w);
  await w.settle(undefined, { selection: rs1 });
  const refusing = await standIns(t, w.hosts, {
    mv: `case "$*" in "-fT var/lib/lvsform var/"*) echo "mv: cannot move: Read-only file system" >&2; exit 1 ;; esac`,
  });
  const destroy = { destroy: true, selection: rs1 };
  const [result] = await w.apply(await w.plan(undefined, destroy), refusing);
  t.is(result?.outcome, 'rolled-back');
  t.regex(
    result?.message ?? '',
    /^could not record in \/var\/lib\/lvsform what was done; the host is as it was/,
  );
  t.false(hasChanges(await w.plan(undefined, { selection: rs1 })));
  await w.settle(undefined, destroy);
  t.is(await w.sim.shell('rs1', wholeTree), before);
});

test('a commit that fails is blamed on the commit, and keeping copies on keeping copies', async (t) => {
  const w = await world(t, dr);
  const refusing = await standIns(t, w.hosts, {
    mv: `case "$*" in *"manifest.json var/lib/lvsform")
      [ ! -e "$LVSFORM_ROOT/.sim/second" ] || { echo "mv: No space left on device" >&2; exit 1; }
      : > "$LVSFORM_ROOT/.sim/second" ;;
    esac`,
  });
  const [commit] = await w.apply(await w.plan(undefined, { selection: rs1 }), refusing);
  t.is(commit?.outcome, 'rolled-back');
  t.regex(commit?.message ?? '', /^could not record in \/var\/lib\/lvsform what was done;/);
  t.regex(commit?.output ?? '', /No space left on device/);
  const full = await standIns(t, w.hosts, {
    find: 'echo "find: Input/output error" >&2; exit 1',
    sync: 'exit 1',
  });
  const [keep] = await w.apply(await w.plan(undefined, { selection: rs1 }), full);
  t.regex(keep?.message ?? '', /^could not keep a copy of what is there; the host is as it was/);
});

test('locked is said only where a lock is held: a host that cannot be written to says that', async (t) => {
  const w = await world(t, dr);
  const readOnly = await standIns(t, w.hosts, {
    mkdir: `echo "mkdir: cannot create directory '$4': Read-only file system" >&2; exit 1`,
  });
  const [result] = await w.apply(await w.plan(undefined, { selection: rs1 }), readOnly);
  t.is(result?.outcome, 'failed');
  t.is(result?.message, 'could not take the lock in /var/lib/lvsform: Read-only file system');
  await w.sim.shell('rs1', 'echo a file > var/lib/lvsform');
  const [other] = await w.apply(await w.plan(undefined, { selection: rs1 }));
  t.is(other?.outcome, 'failed');
  t.regex(other?.message ?? '', /could not take the lock in \/var\/lib\/lvsform: File exists/);
});

/** The same plan with a limit of its own for the start of the unit. */
function impatient(plan: Plan, limit: number): Plan {
  const text = JSON.stringify(plan, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'title' in value && value.title === 'start lvs-realserver'
      ? { ...value, limit }
      : value,
  );
  return JSON.parse(text) as Plan;
}

/** A systemctl that hangs in a child of its own, which does not mind TERM; their numbers are noted. */
const hanging = `[ "$1" = start ] && {
  sh -c 'trap "" TERM; echo $$ >> "$LVSFORM_ROOT/../hung.$LVSFORM_NODE"; sleep 3600' &
  echo $$ >> "$LVSFORM_ROOT/../hung.$LVSFORM_NODE"
  wait
}`;
/** Those that have not ended; what has, and was not waited for, is a zombie. */
const living = `for each in $(cat ../hung.rs1); do
  ! grep -qs "^State:[[:space:]]*[^ZX[:space:]]" "/proc/$each/status" || echo "$each"
done`;

test('a step that hangs is ended with all that it began, is named with its limit, and is undone', async (t) => {
  const w = await world(t, dr);
  const before = await w.sim.shell('rs1', wholeTree);
  const hosts = await standIns(t, w.hosts, { systemctl: hanging });
  const [result] = await w.apply(impatient(await w.plan(undefined, { selection: rs1 }), 2), hosts);
  t.is(result?.outcome, 'rolled-back');
  t.is(result?.message, 'could not start lvs-realserver within 2 s, so it was ended; the host is as it was');
  t.regex(result?.output ?? '', /ended after 2 s, the limit of: start lvs-realserver/);
  t.is((await w.sim.shell('rs1', 'cat ../hung.rs1')).trim().split('\n').length, 2);
  t.is(await w.sim.shell('rs1', living), '');
  t.is(await w.sim.shell('rs1', wholeTree), before);
});

/** Waits until the host's lock shows the step that hangs. */
async function untilItHangs(w: World): Promise<string> {
  for (;;) {
    const { owner, step } = await readLock(target, w.hosts, testClock);
    const begun = await w.sim.shell('rs1', 'cat ../hung.rs1 2>/dev/null | wc -l');
    if (owner !== undefined && step?.title === 'start lvs-realserver' && Number(begun) === 2) return owner;
    await testClock.sleep(100);
  }
}

test('a lock tells its holder, process and step; released, its transaction undoes what it did', async (t) => {
  const w = await world(t, dr);
  const before = await w.sim.shell('rs1', wholeTree);
  const hosts = await standIns(t, w.hosts, { systemctl: hanging });
  const running = w.apply(await w.plan(undefined, { selection: rs1 }), hosts);
  const owner = await untilItHangs(w);
  const lock = await readLock(target, w.hosts, testClock);
  t.is(lock.state, 'held');
  t.deepEqual(lock.holder, { who: 'test@here', since: '2026-01-01T00:00:00Z', why: 'a test' });
  t.is(lock.pid, Number.parseInt(owner, 10));
  t.is(lock.step?.limit, 2400);
  const wish = { owner: '1-2-3', holder: { who: 'me', since: 'now', why: 'release' }, force: false };
  t.is(await releaseLock(target, wish, w.hosts, testClock), 'another');
  t.is(await releaseLock(target, { ...wish, owner }, w.hosts, testClock), 'asked');
  const [result] = await running;
  t.is(result?.outcome, 'rolled-back');
  t.regex(result?.message ?? '', /^could not start lvs-realserver, since lvsform lock release ended it/);
  t.is(await w.sim.shell('rs1', living), '');
  t.is(await w.sim.shell('rs1', wholeTree), before);
  t.is((await readLock(target, w.hosts, testClock)).state, 'free');
  t.is(await releaseLock(target, { ...wish, owner }, w.hosts, testClock), 'free');
});

test('released by force, a transaction and all its processes are gone, and the next one takes its place', async (t) => {
  const w = await world(t, dr);
  const before = await w.sim.shell('rs1', wholeTree);
  const hosts = await standIns(t, w.hosts, { systemctl: hanging });
  const running = w.apply(await w.plan(undefined, { selection: rs1 }), hosts);
  const owner = await untilItHangs(w);
  const wish = { owner, holder: { who: 'me', since: 'now', why: 'release' }, force: true };
  t.is(await releaseLock(target, wish, w.hosts, testClock), 'released');
  t.false(outcomes(await running)['rs1'] === 'changed');
  t.is(await w.sim.shell('rs1', living), '');
  t.is(await w.sim.shell('rs1', `[ ! -d /proc/${Number.parseInt(owner, 10)} ] || echo lives`), '');
  await w.settle(undefined, { selection: rs1 });
  await w.settle(undefined, { selection: rs1, destroy: true });
  t.is(await w.sim.shell('rs1', wholeTree), before);
});

test('what a step starts has the default signals', async (t) => {
  const w = await world(t, dr);
  const noting = 'grep -E "^Sig(Ign|Blk)" /proc/self/status > "$LVSFORM_ROOT/../signals"';
  const hosts = await standIns(t, w.hosts, { systemctl: noting });
  t.deepEqual(outcomes(await w.apply(await w.plan(undefined, { selection: rs1 }), hosts)), {
    rs1: 'changed',
  });
  t.is(await w.sim.shell('rs1', 'cat ../signals'), 'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
});

test('a transaction that was killed is told from one that works: the host is asked what came of it, and answers', async (t) => {
  const w = await world(t, dr);
  const before = await w.sim.shell('rs1', wholeTree);
  const killing = `[ "$1" = start ] && {
    owner=$(readlink "$LVSFORM_ROOT/var/lib/lvsform/lock/owner")
    kill -KILL "\${owner%%-*}"
    exit 1
  }`;
  const hosts = await standIns(t, w.hosts, { systemctl: killing });
  const [result] = await w.apply(await w.plan(undefined, { selection: rs1 }), hosts);
  t.is(result?.outcome, 'half-undone');
  t.regex(result?.message ?? '', /Look at the host, then plan again/);
  await w.settle(undefined, { selection: rs1 });
  await w.settle(undefined, { selection: rs1, destroy: true });
  t.is(await w.sim.shell('rs1', wholeTree), before);
});

test('a file that was there before its package comes back when destroy removes the package', async (t) => {
  const watched = dr.replace('    services:', '    health: { engine: keepalived }\n    services:');
  const w = await world(t, watched);
  const lb1 = { limit: ['lb1'], exclude: [] };
  const conf = 'etc/keepalived/keepalived.conf';
  await w.sim.shell('lb1', `mkdir -m 750 etc/keepalived; printf '${theirs}' > ${conf}; chmod 640 ${conf}`);
  const before = await w.sim.shell('lb1', wholeTree);
  await w.settle();
  t.not(await w.sim.shell('lb1', `cat ${conf}`), theirs);
  const results = outcomes(await w.apply(await w.plan(undefined, { destroy: true, selection: lb1 })));
  t.is(results['lb1'], 'changed');
  t.is(await w.sim.shell('lb1', `cat ${conf}; stat -c %a ${conf} etc/keepalived`), `${theirs}640\n750\n`);
  t.is(await w.sim.shell('lb1', wholeTree), before);
});

test('a destroy after which the host is not as planned keeps what was there before, and the next one ends it', async (t) => {
  const w = await world(t, dr);
  const before = await withTheirs(w);
  await w.settle(undefined, { selection: rs1 });
  // Something else writes the file once more, right after it has come back.
  const meddling = await standIns(t, w.hosts, {
    mv: `case "$*" in "-fT var/lib/lvsform var/"*) echo meddled > ${file} ;; esac`,
  });
  const destroy = { destroy: true, selection: rs1 };
  const [result] = await w.apply(await w.plan(undefined, destroy), meddling);
  t.is(result?.outcome, 'failed');
  t.regex(
    result?.message ?? '',
    /still the host differs: file \/etc\/systemd.*; what was there before lvsform is kept for the next destroy$/,
  );
  t.is(await w.sim.shell('rs1', `cat var/lib/lvsform/original/${file}`), theirs);
  t.is(await w.sim.shell('rs1', 'ls var/lib'), 'lvsform\n');
  await w.settle(undefined, destroy);
  t.is(await w.sim.shell('rs1', wholeTree), before);
});
