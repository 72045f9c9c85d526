import type { RosterEntry } from '../observe/manifest.ts';
import type { Judged } from './assemble.ts';
import { servicesOf } from './intent.ts';
import type { HostPlan, Parting } from './plan.ts';
import { isReading, type Reading } from './see.ts';

/** What a host's roster keeps for good of hosts that have left, and what it keeps until they have been cleaned up. */
export function rosterOfLeft(
  name: string,
  judged: readonly Judged[],
  gone: readonly HostPlan[],
  isDoubted: (reading: Reading) => boolean,
): { staying: RosterEntry[]; parting: Parting[] } {
  const staying: RosterEntry[] = [];
  const parting: Parting[] = [];
  for (const { candidate, verdict } of judged) {
    const { entry, label, from, trusted, namedBy } = candidate;
    if (verdict.is === 'done' || !from.includes(name)) continue;
    // What only hearsay names, and has not proved to be ours, gets into no other roster; but nobody else would know what a
    // director named that goes now.
    if (verdict.is !== 'leaver' && !trusted && !namedBy.includes(name)) {
      if (judged.some((each) => namedBy.includes(each.candidate.label) && directed(each, isDoubted)))
        staying.push({ ...entry, hearsay: true });
      continue;
    }
    const leaves = gone.some(({ host, state }) => host === label && state.is === 'ready');
    if (leaves) parting.push({ entry, host: label });
    else staying.push(entry);
  }
  return { staying, parting };
}

/** True for a host that was a director by its own word, and against nobody's. */
function directed({ seen }: Judged, isDoubted: (reading: Reading) => boolean): boolean {
  return isReading(seen) && servicesOf(seen.observation.manifest).length > 0 && !isDoubted(seen);
}
