import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { applyPlan } from '../../src/apply/run.ts';
import { parseAnswer } from '../../src/shell/answer.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Hosts } from '../../src/port.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import { complete } from './library.ts';
import { testClock, type World } from './world.ts';

/**
 * Where a controller is killed: in a transaction (`rs1 prepare`), before its script is sent (-1), where the script
 * says its n-th thing on the host, or once its whole answer has come (Infinity).
 */
export interface KillPoint {
  readonly transaction: string;
  readonly at: number;
  /** What the host says there. */
  readonly says: string;
}

const holder = { who: 'test@here', since: '2026-01-01T00:00:00Z', why: 'a test' };
const never = <T>(): Promise<T> => new Promise<T>(() => {});
const isTransaction = (script: string): boolean => script.includes('\ntake_lock\n');

/**
 * Applies a plan to its end, and tells every point at which its controller could have been killed. `ended` is called
 * after each transaction, with its host.
 */
export async function killPoints(
  w: World,
  plan: Plan,
  ended: (host: string) => Promise<void>,
): Promise<KillPoint[]> {
  const points: KillPoint[] = [];
  const ids = idsInOrder(plan);
  const hosts: Hosts = {
    run: async (target, script, within) => {
      const raw = await w.hosts.run(target, script, within);
      if (!isTransaction(script)) return raw;
      const transaction = ids(target.name);
      const frame = plan.hosts.find(({ host }) => host === target.name)!.state;
      const said = [
        ...parseAnswer(raw, frame.is === 'ready' ? frame.frame : '')
          .sections('')
          .keys(),
      ];
      const steps = said.filter((name) => boundary.test(name));
      points.push({ transaction, at: -1, says: 'before its script is sent' });
      points.push(...steps.map((says, at) => ({ transaction, at, says })));
      points.push({ transaction, at: Infinity, says: 'its answer has come' });
      await ended(target.name);
      return raw;
    },
    runAnew: (target, script) => w.hosts.runAnew(target, script),
    release: (target) => w.hosts.release(target),
    wayTo: (target) => w.hosts.wayTo(target),
  };
  const surroundings = { hosts, clock: testClock, emit: () => {} };
  const results = await applyPlan(plan, holder, 20, surroundings);
  const bad = results.filter(({ outcome }) => outcome !== 'changed' && outcome !== 'ok');
  if (bad.length > 0) throw new Error(JSON.stringify(bad));
  return points;
}

/** What a script says between two of its acts. */
const boundary = /^(step|outcome|failed|aside|end)\b/;

/** Gives the ids of a host's transactions, one at each call, in the order in which they are begun. */
function idsInOrder({ transactions }: Plan): (host: string) => string {
  const next = new Map<string, number>();
  return (host) => {
    const own = transactions.filter((each) => each.host === host);
    const index = next.get(host) ?? 0;
    next.set(host, index + 1);
    return own[index]!.id;
  };
}

/**
 * Applies a plan with a controller of its own that is killed at a point: all its connections are closed, and it does
 * nothing any more. The host waits at the point until it is dead. Ends when all hosts have come to rest.
 */
export async function applyAndDie(w: World, plan: Plan, { transaction, at }: KillPoint): Promise<void> {
  const limits = { connectTimeout: 10_000, silence: 60_000 };
  const ssh = new SshHosts(w.sim.routeOf, limits, () => Promise.reject(new Error('no password is wanted')));
  const ids = idsInOrder(plan);
  let dead = false;
  let told: () => void = () => {};
  const killed = new Promise<void>((resolve) => (told = resolve));
  const die = (): void => {
    dead = true;
    ssh.close();
    told();
  };
  const unlessDead = async <T>(work: () => Promise<T>): Promise<T> => {
    if (dead) return never();
    const result = await work().catch((error: unknown) => (dead ? never<T>() : Promise.reject(error)));
    return dead ? never() : result;
  };
  const run: Hosts['run'] = (target, script, within) =>
    unlessDead(async () => {
      const here = isTransaction(script) && ids(target.name) === transaction;
      if (!here) return ssh.run(target, script, within);
      if (at === -1) {
        die();
        return never();
      }
      if (at !== Infinity) void heldAt(w.sim.root(target.name), die);
      const answer = await ssh.run(target, at === Infinity ? script : holding(script, at), within);
      if (at === Infinity) die();
      return answer;
    });
  const hosts: Hosts = {
    run,
    runAnew: (target, script) => unlessDead(() => ssh.runAnew(target, script)),
    release: (target) => (dead ? undefined : ssh.release(target)),
    wayTo: (target) => ssh.wayTo(target),
  };
  const clock = { ...testClock, sleep: (time: number) => unlessDead(() => testClock.sleep(time)) };
  // Connections stand before anything is sent, so that what the hosts were given is known when they are closed.
  await Promise.all(plan.hosts.map(({ host: name, ssh: how }) => ssh.run({ name, ssh: how }, ':\n', 'read')));
  void applyPlan(plan, holder, 20, { hosts, clock, emit: () => {} });
  await killed;
  for (const { host: name, ssh: how } of plan.hosts) w.hosts.release({ name, ssh: how });
  while (!w.sim.idle()) await wait(20);
}

/** A script that waits, once it has said its n-th thing, until a file tells it to go on. */
function holding(named: string, at: number): string {
  const script = complete(named);
  const said = /^say\(\) \{ (.*); \}$/m;
  if (!said.test(script)) throw new Error('the script has no say');
  return script.replace(
    said,
    (_, print: string) => `said=0
say() {
  ${print}
  case $1 in
    step* | outcome* | failed* | removed* | end*)
      if [ "$said" = ${at} ]; then
        : > .sim/held
        while [ ! -e .sim/go ]; do sleep 0.02; done
      fi
      said=$((said + 1))
      ;;
  esac
}`,
  );
}

async function heldAt(root: string, die: () => void): Promise<void> {
  while (
    !(await access(join(root, '.sim/held')).then(
      () => true,
      () => false,
    ))
  )
    await wait(20);
  die();
  await writeFile(join(root, '.sim/go'), '');
}
