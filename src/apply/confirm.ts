import { parseAnswer } from '../shell/answer.ts';
import { HostFailure, type Clock, type Hosts, type Target } from '../port.ts';
import { hostScript } from '../shell/script.ts';

/** Seconds that a host waits for a confirmation before it takes a change of its network back. */
export const confirmSeconds = 30;

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
  const look = hostScript(frame, '[ -e "$lib/lock/waiting" ] && say waiting');
  const tell = hostScript(frame, `[ -e "$lib/lock/waiting" ] && printf '' > "$lib/lock/confirmed"`);
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
