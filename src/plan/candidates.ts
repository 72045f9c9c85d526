import type { Inventory } from '../model/cluster.ts';
import { type Machine, sameMachine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import type { Target } from '../port.ts';
import type { Met } from './identity.ts';

/** A place that a roster names and the inventory does not: perhaps a host that has left. */
export interface Candidate {
  /** What the plan calls it, and nothing else in the plan: its name, with its address where that name is taken. */
  readonly label: string;
  /** As the first roster has it; a director's before a real server's. */
  readonly entry: RosterEntry;
  readonly target: Target;
  readonly place: string | undefined;
  /** The hosts whose rosters name it. */
  readonly from: readonly string[];
  /** The machines that the rosters had there, each once; one where they agree. */
  readonly machines: readonly Machine[];
}

/** The hosts of the inventory as they are now. */
export interface Present {
  readonly inventory: Inventory;
  /** Places of all hosts of the inventory, managed or not. */
  readonly places: ReadonlyMap<string, string>;
  /** Those that were reached. */
  readonly met: readonly Met[];
  /** Hosts that have left, by their own word, as far as they are known by now. */
  readonly left?: readonly { readonly entry: RosterEntry; readonly met: Met }[];
}

/** The rosters of hosts that belong to this inventory, by the names of the hosts. */
export type Rosters = ReadonlyMap<string, readonly RosterEntry[]>;

/** A real server knows the directors of its clusters, so its roster names few hosts that have left. */
const mostHearsay = 16;

/**
 * Looks for places where no host of the inventory is, each once, whatever the rosters call it. `known` are those that
 * were looked at before.
 */
export function candidatesOf(
  rosters: Rosters,
  { inventory, places }: Present,
  placeOf: (target: Target) => string | undefined,
  known: readonly Candidate[] = [],
): Candidate[] {
  const directors = new Set(inventory.clusters.flatMap((each) => each.directors.map(({ name }) => name)));
  const taken = new Set(places.values());
  const seen = new Set(known.map(keyOf));
  const labels = new Set([...inventory.hosts.map(({ name }) => name), ...known.map(({ label }) => label)]);
  const found = new Map<string, Candidate>();
  const trusted = [...rosters].toSorted(
    ([one], [other]) => Number(directors.has(other)) - Number(directors.has(one)),
  );
  for (const [from, roster] of trusted) {
    const unknown = roster
      .map((entry) => ({ entry, place: placeOf({ name: entry.host, ssh: entry.ssh, hinted: true }) }))
      .filter((each) => (each.place === undefined || !taken.has(each.place)) && !seen.has(keyOf(each)));
    for (const each of directors.has(from) ? unknown : unknown.slice(0, mostHearsay)) {
      const before = found.get(keyOf(each));
      found.set(
        keyOf(each),
        before === undefined ? fresh(each, from, labels) : joined(before, each.entry, from),
      );
    }
  }
  return [...found.values()];
}

interface Placed {
  readonly entry: RosterEntry;
  readonly place: string | undefined;
}

/** What tells places apart. */
function keyOf({ entry, place }: Placed): string {
  return place ?? `${entry.host} ${entry.ssh.host}`;
}

function fresh({ entry, place }: Placed, from: string, labels: Set<string>): Candidate {
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
    from: [from],
    machines: machine === undefined ? [] : [machine],
  };
}

function joined(candidate: Candidate, { machine }: RosterEntry, from: string): Candidate {
  const { machines } = candidate;
  const told = machine === undefined || machines.some((each) => isAlike(each, machine));
  return {
    ...candidate,
    from: candidate.from.includes(from) ? candidate.from : [...candidate.from, from],
    machines: told ? machines : [...machines, machine],
  };
}

function isAlike(one: Machine, other: Machine): boolean {
  return sameMachine(one, other) === true && one.key === other.key;
}

export function isCalled({ label, entry }: Candidate, name: string): boolean {
  return label === name || entry.host === name;
}
