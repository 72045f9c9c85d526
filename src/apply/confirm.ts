import { parseAnswer } from '../observe/answer.ts';
import { HostFailure, type Clock, type Hosts, type Target } from '../port.ts';
import { opening } from '../shell/prelude.ts';

/** Seconds that a host waits for a confirmation before it takes a change of its network back. */
export const confirmSeconds = 30;

/** The shell verb by which a transaction waits for a word over a new connection. */
export const confirmVerb = `
confirmed() {
  printf '' > "$lib/lock/waiting"
  ticks=0
  while [ "$ticks" -lt "$1" ]; do
    [ -e "$lib/lock/confirmed" ] && return 0
    sleep 0.2
    ticks=$((ticks + 1))
  done
  printf 'no new connection was made in time\\n'
  return 1
}
`;

/**
 * Tells a host that it can still be reached, over a connection that is made after its change: the first sees that the
 * host waits, a second says so. Tries until `isOver`; true where the host was told.
 */
export async function confirmAnew(
  target: Target,
  { hosts, clock }: { readonly hosts: Hosts; readonly clock: Clock },
  isOver: () => boolean,
): Promise<boolean> {
  const frame = clock.random();
  const look = `${opening(frame)}[ -e "$lib/lock/waiting" ] && say waiting\n:\n`;
  const tell = `${opening(frame)}[ -e "$lib/lock/waiting" ] && printf '' > "$lib/lock/confirmed"\n:\n`;
  while (!isOver()) {
    try {
      const answer = parseAnswer(await hosts.runAnew(target, look), frame);
      if (answer.section('waiting') !== undefined) {
        await hosts.runAnew(target, tell);
        return true;
      }
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error;
    }
    await clock.sleep(300);
  }
  return false;
}
