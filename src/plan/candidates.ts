import type { Inventory } from '../model/cluster.ts';
import { type Machine, sameMachine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import type { Target } from '../port.ts';
import type { Met } from './identity.ts';
import type { PlaceOf } from './known.ts';
import type { Roster } from './rosters.ts';
import type { Beyond } from './shards.ts';

/** A place that a roster names and the inventory does not: perhaps a host that has left. */
export interface Candidate {
  /** Its unique name in the plan: the host's name, with its address if that name is taken. */
  readonly label: string;
  /** Its entry in the first roster; directors' rosters come before those of real servers. */
  readonly entry: RosterEntry;
  readonly target: Target;
  readonly place: string | undefined;
  /** True if a director names it; otherwise it is hearsay. */
  readonly trusted: boolean;
  /** The hosts whose rosters name it, by their names in the plan; the directors first. */
  readonly namedBy: readonly string[];
  /** The hosts of the inventory that name it, or that led to a host that has left and names it. */
  readonly from: readonly string[];
  /** The machines that the rosters have there, each once; only from directors' rosters if one of them names it. */
  readonly machines: readonly Machine[];
}

/** The hosts of the inventory as they are now. */
export interface Present {
  readonly inventory: Inventory;
  /** The places of all hosts of the inventory, managed or not. */
  readonly places: ReadonlyMap<string, string>;
  /** The hosts that were reached. */
  readonly met: readonly Met[];
  /** The hosts known so far to have left, by their own manifests. */
  readonly left?: readonly { readonly entry: RosterEntry; readonly met: Met }[];
  /** What other shards have, in a plan of one shard. */
  readonly beyond?: Beyond;
}

/**
 * The places in the rosters at which no host of the inventory is, each once, whatever the rosters call it. `known` are
 * those that were found before; they are returned with what the rosters add to them.
 */
export function candidatesOf(
  rosters: readonly Roster[],
  { inventory, places }: Pick<Present, 'inventory' | 'places'>,
  placeOf: PlaceOf,
  known: readonly Candidate[] = [],
): Candidate[] {
  const taken = new Set(places.values());
  const labels = new Set([...inventory.hosts.map(({ name }) => name), ...known.map(({ label }) => label)]);
  const found = new Map(known.map((each) => [keyOf(each), each] as const));
  for (const roster of rosters.toSorted((one, other) => Number(other.trusted) - Number(one.trusted))) {
    for (const entry of roster.entries) {
      const place = placeOf({ name: entry.host, ssh: entry.ssh });
      if (place !== undefined && taken.has(place)) continue;
      const key = keyOf({ entry, place });
      const before = found.get(key);
      found.set(
        key,
        before === undefined ? fresh({ entry, place }, roster, labels) : joined(before, entry, roster),
      );
    }
  }
  return [...found.values()];
}

interface Placed {
  readonly entry: RosterEntry;
  readonly place: string | undefined;
}

/** A key that is the same for one place only. */
function keyOf({ entry, place }: Placed): string {
  return place ?? `${entry.host} ${entry.ssh.host}`;
}

function fresh({ entry, place }: Placed, { of, from, trusted }: Roster, labels: Set<string>): Candidate {
  const { host, ssh, machine } = entry;
  const at = `${host}@${ssh.host}`;
  const spare = [host, at, `${at}:${ssh.port ?? 22}`].find((each) => !labels.has(each));
  const label = spare ?? `${at}#${labels.size}`;
  labels.add(label);
  return {
    label,
    entry,
    target: { name: label, ssh, hinted: true },
    place,
    trusted,
    namedBy: [of],
    from,
    machines: machine === undefined ? [] : [machine],
  };
}

/** Once a director names the place, other hosts' entries no longer decide how it is reached or which machine it is. */
function joined(candidate: Candidate, entry: RosterEntry, { of, from, trusted }: Roster): Candidate {
  const { label, machines } = candidate;
  const { machine } = entry;
  // It is beside the clusters only if no roster has it as a member.
  const beside = candidate.entry.beside === undefined ? undefined : entry.beside;
  if (trusted && !candidate.trusted) {
    return {
      ...candidate,
      entry: withBeside(entry, beside),
      target: { name: label, ssh: entry.ssh, hinted: true },
      trusted,
      namedBy: union([of], candidate.namedBy),
      from: union(from, candidate.from),
      machines: machine === undefined ? [] : [machine],
    };
  }
  const ignored =
    machine === undefined || trusted !== candidate.trusted || machines.some((each) => isAlike(each, machine));
  const { by = entry.by } = candidate.entry;
  return {
    ...candidate,
    entry: withBeside({ ...candidate.entry, ...(by === undefined ? {} : { by }) }, beside),
    namedBy: union(candidate.namedBy, [of]),
    from: union(candidate.from, from),
    machines: ignored ? machines : [...machines, machine],
  };
}

function withBeside({ beside: _beside, ...entry }: RosterEntry, beside: string | undefined): RosterEntry {
  return beside === undefined ? entry : { ...entry, beside };
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return other.every((each) => one.includes(each)) ? one : [...new Set([...one, ...other])];
}

function isAlike(one: Machine, other: Machine): boolean {
  return sameMachine(one, other) === true && one.key === other.key;
}

export function isCalled({ label, entry }: Candidate, name: string): boolean {
  return label === name || entry.host === name;
}
