import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readLock } from '../../src/apply/lock.ts';
import { hasChanges, type Plan } from '../../src/plan/plan.ts';
import { HostFailure, type Hosts } from '../../src/port.ts';
import { dr } from '../support/inventories.ts';
import { complete } from '../support/library.ts';
import { editing } from '../support/stand-ins.ts';
import { testClock, wholeTree, world, type World } from '../support/world.ts';

/**
 * LVSFORM_KILL_POINTS: how many commands of each transaction its shell is killed before; `all` for every one, or the
 * numbers of some with commas, the first of them 0.
 */
const wanted = process.env['LVSFORM_KILL_POINTS'] ?? '6';
/** Which of them: the same ones each time; LVSFORM_KILL_SEED chooses others. */
const seed = Number(process.env['LVSFORM_KILL_SEED'] ?? 1);

const rs1 = { limit: ['rs1'], exclude: [] };
const inventory = dr.replace('    services:', '    time: { servers: [10.0.0.1] }\n    services:');
/** Files that others had put where ours go, one in a directory with more. */
const theirs = {
  'etc/systemd/system/lvs-realserver.service': 'the unit that was there before\n',
  'usr/local/sbin/lvs-realserver': 'the script that was there before\n',
  'etc/sysctl.d/60-lvs-realserver.conf': 'the parameters that were there before\n',
};

/** Both shells, the transaction's and the step's; one of them, and the other goes on. */
const victims = ['$$ $BASHPID', '$BASHPID', '$$'];

/**
 * A script that ends by SIGKILL before its command number `point`, in bash, whose DEBUG trap comes before each command
 * of it, functions and subshells included; the number of commands is left in a file. The watch, which would end by
 * itself when it finds its shell dead, does not count.
 */
function killedAt(script: string, point: number, counter: string): string {
  const marker = `${counter}.killed`;
  const counting = [
    'set -T',
    'lvsform_point() {',
    '  case " ${FUNCNAME[*]} " in *" watch "*) return 0 ;; esac',
    // Shells that run side by side add a line each; the first of them that finds enough is the one.
    `  printf '\\n' >> ${counter}`,
    `  mapfile -t lvsform_lines < ${counter}`,
    `  if [ ${point} -gt 0 ] && [ \${#lvsform_lines[@]} -ge ${point} ] && [ ! -e ${marker} ] && mkdir ${marker}; then`,
    `    kill -KILL ${victims[point % victims.length]!}`,
    '  fi',
    '}',
    'trap lvsform_point DEBUG',
  ].join('\n');
  return `${counting}\n${script}`;
}

/** The hosts of a world whose next script on rs1 is killed at a point; the count of its commands can be read after. */
async function killing(
  t: ExecutionContext,
  w: World,
): Promise<{ at: (point: number) => Hosts; count: () => Promise<number> }> {
  const folder = await mkdtemp(join(tmpdir(), 'lvsform-kill-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const counter = join(folder, 'count');
  const script = join(folder, 'script');
  return {
    at: (point) =>
      editing(w.hosts, async (text) => {
        if (!text.includes('take_lock')) return text;
        await rm(`${counter}.killed`, { recursive: true, force: true });
        await rm(counter, { force: true });
        await writeFile(script, killedAt(complete(text), point, counter));
        return `exec bash ${script}`;
      }),
    count: async () => (await readFile(counter, 'utf8')).length,
  };
}

/** A killed shell gives no answer, and apply asks the host what came of it: here only that it was killed matters. */
async function applied(w: World, plan: Plan, hosts: Hosts): Promise<void> {
  const brief: Hosts = {
    ...hosts,
    run: async (own, script) => {
      try {
        return await hosts.run(own, script);
      } catch (error) {
        if (error instanceof HostFailure) return '';
        throw error;
      }
    },
  };
  await w.apply(plan, brief);
  // A step that outlives its transaction is ended by the watch.
  while (
    (await readLock({ name: 'rs1', ssh: { host: 'rs1', sudo: false } }, w.hosts, testClock)).state === 'held'
  )
    await testClock.sleep(100);
}

/** Every text of others is somewhere on the host, whole. */
async function nothingLost(t: ExecutionContext, w: World, where: string): Promise<void> {
  for (const text of Object.values(theirs)) {
    const found = await w.sim.shell('rs1', `grep -rlx '${text.trim()}' etc usr var || true`);
    t.not(found, '', `${where}: lost: ${text}`);
  }
}

async function withTheirs(w: World): Promise<string> {
  for (const [path, text] of Object.entries(theirs)) await w.sim.shell('rs1', `printf '${text}' > ${path}`);
  return w.sim.shell('rs1', wholeTree);
}

/** Points of a transaction: all, or so many, spread evenly and another set for each seed. */
function pointsOf(count: number): number[] {
  if (wanted.startsWith('0,')) return wanted.split(',').slice(1).map(Number);
  const number = wanted === 'all' ? count : Math.min(Number(wanted), count);
  const step = count / number;
  return Array.from(
    { length: number },
    (_, index) => 1 + Math.floor(index * step + ((seed * 0.37) % 1) * step),
  );
}

const first = (w: World): Promise<Plan> => w.plan(undefined, { selection: rs1 });
const destroy = { destroy: true, selection: rs1 };

test('killed at any command of an apply: the next one brings the host to what is wanted, and destroy back', async (t) => {
  const w = await world(t, inventory);
  const { at, count } = await killing(t, w);
  const before = await withTheirs(w);
  await applied(w, await first(w), at(0));
  t.false(hasChanges(await first(w)));
  const commands = await count();
  await w.settle(undefined, destroy);
  t.is(await w.sim.shell('rs1', wholeTree), before);
  const points = pointsOf(commands);
  for (const [turn, point] of points.entries()) {
    await applied(w, await first(w), at(point));
    await nothingLost(t, w, `apply killed at ${point}`);
    if (turn % 3 !== 2) await w.settle(undefined, { selection: rs1 });
    const plan = await w.plan(undefined, destroy);
    if (hasChanges(plan)) await w.settle(undefined, destroy);
    t.is(await w.sim.shell('rs1', wholeTree), before, `apply killed at ${point} of ${commands}`);
  }
  t.log(`${points.length} of ${commands} points of an apply`);
});

test('killed at any command of a destroy: the next one ends it, or an apply brings all back', async (t) => {
  const w = await world(t, inventory);
  const { at, count } = await killing(t, w);
  const before = await withTheirs(w);
  await w.settle(undefined, { selection: rs1 });
  await applied(w, await w.plan(undefined, destroy), at(0));
  t.is(await w.sim.shell('rs1', wholeTree), before);
  const commands = await count();
  const points = pointsOf(commands);
  for (const [turn, point] of points.entries()) {
    await w.settle(undefined, { selection: rs1 });
    await applied(w, await w.plan(undefined, destroy), at(point));
    await nothingLost(t, w, `destroy killed at ${point}`);
    if (turn % 2 === 1) await w.settle(undefined, { selection: rs1 });
    const plan = await w.plan(undefined, destroy);
    if (hasChanges(plan)) await w.settle(undefined, destroy);
    t.is(await w.sim.shell('rs1', wholeTree), before, `destroy killed at ${point} of ${commands}`);
  }
  t.log(`${points.length} of ${commands} points of a destroy`);
});

test('killed at any command of a later change that fails and is undone: nothing is lost', async (t) => {
  const w = await world(t, inventory);
  const { at, count } = await killing(t, w);
  const before = await withTheirs(w);
  const refused = async (): Promise<void> => {
    await w.sim.shell('rs1', 'touch .sim/refuse-lvs-realserver.service');
  };
  const allowed = async (): Promise<void> => {
    await w.sim.shell('rs1', 'rm -f .sim/refuse-lvs-realserver.service');
  };
  await refused();
  await applied(w, await first(w), at(0));
  await allowed();
  const commands = await count();
  t.is(await w.sim.shell('rs1', wholeTree), before);
  const points = pointsOf(commands);
  for (const point of points) {
    await refused();
    await applied(w, await first(w), at(point));
    await allowed();
    await nothingLost(t, w, `undo killed at ${point}`);
    await w.settle(undefined, { selection: rs1 });
    await w.settle(undefined, destroy);
    t.is(await w.sim.shell('rs1', wholeTree), before, `undo killed at ${point} of ${commands}`);
  }
  t.log(`${points.length} of ${commands} points of an apply that is undone`);
});
