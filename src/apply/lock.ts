import { z } from 'zod';
import { type Answer, linesOf, parseAnswer } from '../shell/answer.ts';
import { UnusableAnswer } from '../shell/unusable.ts';
import type { Clock, Hosts, Target } from '../port.ts';
import { quote } from '../shell/quote.ts';
import { hostScript } from '../shell/script.ts';
import { type Holder, holderText } from './transaction.ts';

/** The lock of a host as it is now. */
export interface HostLock {
  /** `abandoned`: what held it has ended, and the next transaction takes it over. */
  readonly state: 'free' | 'held' | 'abandoned';
  /** Names exactly one process, the one that took it: its number, its start and the boot. */
  readonly owner?: string;
  readonly pid?: number;
  readonly holder?: Holder;
  /** The step that the transaction is doing; with `pid` if its process is alive. */
  readonly step?: { readonly title: string; readonly limit: number; readonly pid?: number };
}

/** Milliseconds that releasing a lock may take, including killing its processes and cleaning up after them. */
const releaseTime = 600_000;

/** The result of releasing a lock. */
export type Released = 'free' | 'released' | 'asked' | 'another';

/** Reads the lock of a host; it changes nothing. Throws UnusableAnswer if the host's answer describes no lock. */
export async function readLock(target: Target, hosts: Hosts, clock: Clock): Promise<HostLock> {
  const frame = clock.random();
  const answer = await hosts.run(target, hostScript(frame, 'show_lock'), 'read');
  return parseLock(parseAnswer(answer, frame));
}

const line = z.string().regex(/^[^\p{Cc}]{0,1000}$/u);
const count = (most: number): z.ZodType<number> => z.coerce.number().int().min(1).max(most);

/** The shape of a lock's sections. */
const shape = z.object({
  /** The number of a process, its start, and the boot; the lock of an older lvsform may lack it. */
  owner: z.string().regex(/^(?:\d{1,10}-\d{1,20}-[\da-f-]{0,36}|unknown)$/),
  holder: z.tuple([line]).rest(line).or(z.tuple([])),
  step: z.tuple([count(10_000_000), count(4_194_304), line]).or(z.tuple([])),
});

function parseLock(answer: Answer): HostLock {
  if (answer.section('end') === undefined) throw new UnusableAnswer('the answer is cut short');
  const said = answer.section('owner');
  if (said === undefined) return { state: 'free' };
  const { data, error } = shape.safeParse({
    owner: said.trim(),
    holder: linesOf(answer.section('holder')),
    step: linesOf(answer.section('step')),
  });
  if (data === undefined) {
    const where = String(error.issues[0]?.path[0]);
    throw new UnusableAnswer(`its answer about its lock cannot be used: the ${where} makes no sense`);
  }
  const { owner, holder, step } = data;
  const [who, since = '', why = ''] = holder;
  const running = answer.section('running') !== undefined;
  return {
    state: running || answer.section('alive') !== undefined ? 'held' : 'abandoned',
    owner,
    ...(owner === 'unknown' ? {} : { pid: Number.parseInt(owner, 10) }),
    ...(who === undefined ? {} : { holder: { who, since, why } }),
    ...(step.length === 0
      ? {}
      : { step: { title: step[2], limit: step[0], ...(running ? { pid: step[1] } : {}) } }),
  };
}

/**
 * Releases a lock that `owner` was seen to hold. An abandoned lock is removed. A running transaction is asked to end its
 * step, to undo everything and to release the lock; with `force`, all its processes are killed at once.
 */
export async function releaseLock(
  target: Target,
  { owner, holder, force }: { readonly owner: string; readonly holder: Holder; readonly force: boolean },
  hosts: Hosts,
  clock: Clock,
): Promise<Released> {
  const frame = clock.random();
  const script = hostScript(
    frame,
    `holder=${quote(holderText(holder))}`,
    `seen=${quote(owner)}`,
    force ? 'kill_and_release' : 'ask_to_release',
  );
  const [said] = parseAnswer(await hosts.run(target, script, releaseTime), frame)
    .sections('lock ')
    .keys();
  return said === 'free' || said === 'released' || said === 'asked' ? said : 'another';
}

/** Waits until `owner` has released its lock; false if it still holds it after so many seconds. */
export async function givenBack(
  target: Target,
  owner: string,
  seconds: number,
  hosts: Hosts,
  clock: Clock,
): Promise<boolean> {
  const end = clock.now().getTime() + seconds * 1000;
  while (clock.now().getTime() < end) {
    await clock.sleep(1000);
    if ((await readLock(target, hosts, clock)).owner !== owner) return true;
  }
  return false;
}
