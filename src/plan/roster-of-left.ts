import type { Inventory } from '../model/cluster.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import type { Judged } from './assemble.ts';
import { isDirector } from '../model/roles.ts';
import type { Met } from './identity.ts';
import { servicesOf } from './intent.ts';
import { type HostPlan, isReady, type Parting } from './plan.ts';
import { mostHearsay } from './rosters.ts';
import { isReading, type Reading } from './see.ts';

/** What decides whether a host remembers hosts that its own roster does not name. */
export interface Remembering {
  readonly inventory: Inventory;
  /** True for a host that this inventory does not own yet. */
  readonly isNew: boolean;
  readonly isDoubted: (reading: Reading) => boolean;
  /** The hosts of the inventory that were reached. */
  readonly met: readonly Met[];
}

/**
 * The hosts that have left and that a host's roster keeps, for good or until they have been cleaned up. If no director led
 * to a place, the directors of the clusters concerned remember it from now on.
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
    // A host that only hearsay names, and that is not proved to be ours, is hearsay in a director's roster, too.
    if (namedBy.includes(name)) {
      staying.push(isDirector(inventory, name) ? { ...entry, hearsay: true } : entry);
      continue;
    }
    // No other host would know what a leaving director named.
    const director = judged.find(
      (each) => namedBy.includes(each.candidate.label) && directed(each, isDoubted),
    );
    if (director !== undefined && isReading(director.seen))
      staying.push({ ...entry, hearsay: true, by: director.seen.met.machine });
    else if (isNew && !isReading(seen)) told.push(candidate);
  }
  return { staying: [...staying, ...mostNamed(told, met)], parting };
}

/** True for a director of a cluster of the hosts that led to a place, if none of those is a director. */
function inherits(inventory: Inventory, name: string, from: readonly string[]): boolean {
  if (from.some((each) => isDirector(inventory, each))) return false;
  return inventory.clusters.some(
    ({ directors, realServers }) =>
      directors.some((each) => each.name === name) && realServers.some((each) => from.includes(each.name)),
  );
}

/**
 * A new director learns once from its real servers about former directors, and takes no more places than one real server
 * may name. Places that most of them name come first.
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
 * True for a host that was a director by its own manifest, if no host says otherwise, or by what a new director learnt from
 * its real servers: those know the new director by now, and doubt the former one.
 */
function directed({ candidate, seen }: Judged, isDoubted: (reading: Reading) => boolean): boolean {
  if (!isReading(seen) || servicesOf(seen.observation.manifest).length === 0) return false;
  return candidate.entry.by !== undefined || !isDoubted(seen);
}

/** An entry as a host's own roster has it, as far as that is its own: whether the place is beside its clusters. */
export function asKnown(
  { beside: _beside, ...entry }: RosterEntry,
  old: readonly RosterEntry[],
): RosterEntry {
  const known = old.filter(({ host, ssh }) => host === entry.host && ssh.host === entry.ssh.host);
  const beside = known.some((each) => each.beside === undefined) ? undefined : known[0]?.beside;
  return beside === undefined ? entry : { ...entry, beside };
}
