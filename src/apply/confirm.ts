import { parseAnswer } from '../shell/answer.ts';
import { HostFailure, type Clock, type Hosts, type Target } from '../port.ts';
import { hostScript } from '../shell/script.ts';

/** Seconds that a host waits for a confirmation before it undoes a change of its network. */
export const confirmSeconds = 30;

/**
 * Confirms to a host, over a connection made after its change, that it can still be reached. A first connection sees that
 * the host waits, a second one confirms. Tries until `isOver`; returns true if the host received the confirmation.
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
