import type { Inventory } from '../model/cluster.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import type { Judged } from './assemble.ts';
import { isDirector } from './former-directors.ts';
import type { Met } from './identity.ts';
import { servicesOf } from './intent.ts';
import { type HostPlan, isReady, type Parting } from './plan.ts';
import { mostHearsay } from './rosters.ts';
import { isReading, type Reading } from './see.ts';

/** What decides whether a host remembers what it did not name itself. */
export interface Remembering {
  readonly inventory: Inventory;
  /** True for a host that this inventory does not own yet. */
  readonly isNew: boolean;
  readonly isDoubted: (reading: Reading) => boolean;
  /** The hosts of the inventory that were reached. */
  readonly met: readonly Met[];
}

/**
 * What a host's roster keeps for good of hosts that have left, and what it keeps until they have been cleaned up. Where no
 * director led to a place, those of the clusters concerned remember it from now on.
 */
export function rosterOfLeft(
  name: string,
  judged: readonly Judged[],
  gone: readonly HostPlan[],
  { inventory, isNew, isDoubted, met }: Remembering,
): { staying: RosterEntry[]; parting: Parting[] } {
  const staying: RosterEntry[] = [];
  const parting: Parting[] = [];
  const told: Judged['candidate'][] = [];
  for (const { candidate, seen, verdict } of judged) {
    const { entry, label, from, trusted, namedBy } = candidate;
    const led = from.includes(name);
    if (verdict.is === 'done' || !(led || inherits(inventory, name, from))) continue;
    if (verdict.is === 'leaver' || trusted) {
      const leaves = gone.some((host) => host.host === label && isReady(host));
      if (!leaves) staying.push(entry);
      else if (led) parting.push({ entry, host: label });
      continue;
    }
    // What only hearsay names, and has not proved to be ours, is hearsay in a director's roster, too.
    if (namedBy.includes(name)) {
      staying.push(isDirector(inventory, name) ? { ...entry, hearsay: true } : entry);
      continue;
    }
    // Nobody else would know what a director named that goes now.
    const director = judged.find(
      (each) => namedBy.includes(each.candidate.label) && directed(each, isDoubted),
    );
    if (director !== undefined && isReading(director.seen))
      staying.push({ ...entry, hearsay: true, by: director.seen.met.machine });
    else if (isNew && !isReading(seen)) told.push(candidate);
  }
  return { staying: [...staying, ...mostNamed(told, met)], parting };
}

/** True for a director of a cluster of those that led to a place, where none of them is a director. */
function inherits(inventory: Inventory, name: string, from: readonly string[]): boolean {
  if (from.some((each) => isDirector(inventory, each))) return false;
  return inventory.clusters.some(
    ({ directors, realServers }) =>
      directors.some((each) => each.name === name) && realServers.some((each) => from.includes(each.name)),
  );
}

/**
 * A director that is new knows what its real servers remember of those before it: once, and no more places than one real
 * server may name. What most of them name comes first.
 */
function mostNamed(told: readonly Judged['candidate'][], met: readonly Met[]): RosterEntry[] {
  return told
    .toSorted((one, other) => other.namedBy.length - one.namedBy.length)
    .slice(0, mostHearsay)
    .map(({ entry, namedBy }) => {
      const by = met.find(({ name }) => namedBy.includes(name))?.machine;
      return { ...entry, hearsay: true, ...(by === undefined ? {} : { by }) };
    });
}

/**
 * True for a host that was a director by its own word, and against nobody's, or by what a new director learnt of its real
 * servers: they know the new one by now, and doubt the former.
 */
function directed({ candidate, seen }: Judged, isDoubted: (reading: Reading) => boolean): boolean {
  if (!isReading(seen) || servicesOf(seen.observation.manifest).length === 0) return false;
  return candidate.entry.by !== undefined || !isDoubted(seen);
}
