import { type Answer, linesOf, parseAnswer } from '../observe/answer.ts';
import type { Clock, Hosts, Target } from '../port.ts';
import { lockReading, lockTaking } from '../shell/lock.ts';
import { opening, verbs } from '../shell/prelude.ts';
import { quote } from '../shell/quote.ts';
import { watchVerbs } from '../shell/watch.ts';
import { keeping } from './keeping.ts';
import { type Holder, holderText } from './transaction.ts';
import { files } from './verbs.ts';

/** The lock of a host as it is just now. */
export interface HostLock {
  /** `abandoned`: what held it has ended, and the next transaction takes it over. */
  readonly state: 'free' | 'held' | 'abandoned';
  /** What names the process that took it, and no other: number, start and boot. */
  readonly owner?: string;
  readonly pid?: number;
  readonly holder?: Holder;
  /** What the transaction is at. `pid` where its process lives. */
  readonly step?: { readonly title: string; readonly limit: number; readonly pid?: number };
}

/** What came of the wish to release a lock. */
export type Released = 'free' | 'released' | 'asked' | 'another';

/** Reads the lock of a host; it changes nothing. */
export async function readLock(target: Target, hosts: Hosts, clock: Clock): Promise<HostLock> {
  const frame = clock.random();
  const script = `${opening(frame)}${lockReading}${look}`;
  return parseLock(parseAnswer(await hosts.run(target, script, 'read'), frame));
}

const look = `if lock_owner; then
  say owner
  printf '%s\\n' "$owner"
  say holder
  cat "$lib/lock/holder" 2>/dev/null
  lives "$owner" && say alive
  lock_step
  lives "$process" && say running
  say step
  [ -z "$process" ] || printf '%s\\n' "$limit" "\${process%%-*}" "$title"
fi
say end
`;

function parseLock(answer: Answer): HostLock {
  const owner = answer.section('owner')?.trim();
  if (owner === undefined) return { state: 'free' };
  const [who, since, why] = linesOf(answer.section('holder'));
  const [limit, pid, title] = linesOf(answer.section('step'));
  const running = answer.section('running') !== undefined;
  return {
    state: running || answer.section('alive') !== undefined ? 'held' : 'abandoned',
    owner,
    ...(/^\d/.test(owner) ? { pid: Number.parseInt(owner, 10) } : {}),
    ...(who === undefined ? {} : { holder: { who, since: since ?? '', why: why ?? '' } }),
    ...(title === undefined
      ? {}
      : { step: { title, limit: Number(limit), ...(running ? { pid: Number(pid) } : {}) } }),
  };
}

/**
 * Releases a lock that `owner` was seen to hold. One that was abandoned is taken away. A transaction that lives is asked
 * to end its step, undo everything and give the lock back; with `force`, all its processes are killed where they are.
 */
export async function releaseLock(
  target: Target,
  { owner, holder, force }: { readonly owner: string; readonly holder: Holder; readonly force: boolean },
  hosts: Hosts,
  clock: Clock,
): Promise<Released> {
  const frame = clock.random();
  const script = [
    opening(frame),
    verbs,
    lockReading,
    lockTaking,
    watchVerbs,
    files,
    keeping,
    `holder=${quote(holderText(holder))}`,
    `seen=${quote(owner)}`,
    force ? killAndRelease : askOrRelease,
  ].join('\n');
  const [said] = parseAnswer(await hosts.run(target, script), frame)
    .sections('lock ')
    .keys();
  return said === 'free' || said === 'released' || said === 'asked' ? said : 'another';
}

const takeAndRelease = `  if try_lock; then
    tidy
    unlock
    say lock released
  else
    say lock another
  fi
`;

/** The wish names its owner: another transaction, whose lock is there by then, does not care for it. */
const askOrRelease = `if ! lock_owner; then
  say lock free
elif [ "$owner" != "$seen" ]; then
  say lock another
elif held; then
  printf '' > "$lib/lock/release.$owner" && say lock asked
else
${takeAndRelease}fi
say end
`;

const killAndRelease = `if ! lock_owner; then
  say lock free
elif [ "$owner" != "$seen" ]; then
  say lock another
else
  lock_step
  frozen=''
  for each in "$owner" "$process" "$owner"; do freeze "$each"; done
  for each in $frozen; do if lives "$each"; then kill -KILL "\${each%%-*}"; fi; done
  waited=0
  while held && [ "$waited" -lt 10 ]; do
    sleep 1
    waited=$((waited + 1))
  done
${takeAndRelease}fi
say end
`;
