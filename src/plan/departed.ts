import type { Inventory } from '../model/cluster.ts';
import { sameMachine } from '../model/machine.ts';
import type { Manifest, RosterEntry } from '../observe/manifest.ts';
import type { Target } from '../port.ts';
import { isOneMachine, type Met } from './identity.ts';
import { ownershipOf } from './ownership.ts';

/** A place that a roster names and the inventory does not: perhaps a host that has left. */
export interface Candidate {
  /** What the plan calls it: its name, with its address where the inventory has another host of that name. */
  readonly label: string;
  readonly entry: RosterEntry;
  readonly target: Target;
  readonly place: string | undefined;
  /** The hosts whose rosters name it. */
  readonly from: readonly string[];
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

/** Looks for places where no host of the inventory is. Who stands at a known place has another name at most. */
export function candidatesOf(
  rosters: Rosters,
  { inventory, places }: Present,
  placeOf: (target: Target) => string | undefined,
): Candidate[] {
  const names = new Set(inventory.hosts.map(({ name }) => name));
  const taken = new Set(places.values());
  const found = new Map<string, Candidate>();
  for (const [from, roster] of rosters) {
    for (const entry of roster) {
      const { host, ssh, machine } = entry;
      const target: Target = { name: names.has(host) ? labelOf(entry) : host, ssh, hinted: true };
      const place = placeOf({ ...target, name: host });
      // A roster without machines cannot tell a host that moved from another one of its name.
      if ((place !== undefined && taken.has(place)) || (names.has(host) && machine === undefined)) continue;
      const known = found.get(placeKey(entry));
      found.set(placeKey(entry), {
        label: target.name,
        entry,
        target,
        place,
        from: [...(known?.from ?? []), from],
      });
    }
  }
  return distinctLabels([...found.values()]);
}

/** What tells the entries of rosters apart. */
export function placeKey({ host, ssh }: RosterEntry): string {
  return `${host} ${ssh.host} ${ssh.port ?? ''}`;
}

function labelOf({ host, ssh }: RosterEntry): string {
  return `${host}@${ssh.host}`;
}

function distinctLabels(candidates: readonly Candidate[]): Candidate[] {
  const labels = candidates.map(({ label }) => label);
  return candidates.map((each) => {
    if (labels.indexOf(each.label) === labels.lastIndexOf(each.label)) return each;
    const label = labelOf(each.entry);
    return { ...each, label, target: { ...each.target, name: label } };
  });
}

export function isCalled({ label, entry }: Candidate, name: string): boolean {
  return label === name || entry.host === name;
}

/** What a look at a candidate came to. Notes are for the host of the inventory that they name. */
export type Verdict =
  /** It belongs to this inventory and has left: it is cleaned up. */
  | { readonly is: 'leaver' }
  /** It may have left, and could not be looked at. */
  | { readonly is: 'out of reach' }
  /** It is not touched, and stays in the rosters that name it. */
  | { readonly is: 'kept'; readonly note: string; readonly at: string }
  /** There is nothing to clean up. */
  | { readonly is: 'done'; readonly note?: string; readonly at?: string };

/** Judges a candidate that did not answer: a host of the inventory may be that machine, at another place or by another name. */
export function judgeSilent({ entry }: Candidate, { met, inventory }: Present): Verdict {
  const { host, machine, ssh } = entry;
  const same = machine && met.find((each) => sameMachine(machine, each.machine) === true);
  if (same !== undefined) return { is: 'done', at: same.name, note: moved(entry, same.name) };
  return inventory.hosts.some(({ name }) => name === host)
    ? {
        is: 'done',
        at: host,
        note: `another machine was ${host} before, at ${ssh.host}; it does not answer, so it was not cleaned up`,
      }
    : { is: 'out of reach' };
}

/** Judges a candidate by what it says of itself. */
export function judgeSeen(
  { entry, from }: Candidate,
  seen: Met,
  manifest: Manifest | undefined,
  present: Present,
): Verdict {
  const twin = present.met.find((each) => isOneMachine(each, seen));
  if (twin !== undefined) return { is: 'done', at: twin.name, note: moved(entry, twin.name) };
  if (manifest === undefined) return { is: 'done' };
  const { inventory } = present;
  const owned = ownershipOf(manifest, { inventory, host: entry.host, takeOver: [] });
  const at = from[0]!;
  if (owned.is === 'foreign') {
    return { is: 'done', at, note: `${entry.host} belongs to the inventory ${owned.owner} now` };
  }
  if (owned.is === 'ours' && owned.from?.how === 'released') {
    return { is: 'done', at, note: `${entry.host} was given up` };
  }
  if (acknowledges(manifest, present)) return { is: 'leaver' };
  return {
    is: 'kept',
    at,
    note: `${entry.host} (${entry.ssh.host}) is named by the roster of ${from.join(', ')}, and its own manifest names no host of this inventory: it is not touched`,
  };
}

/**
 * True where the departed host itself knows a host of the inventory, or one that has left it: one that another host made
 * up does not.
 */
function acknowledges({ roster }: Manifest, { inventory, met, left = [] }: Present): boolean {
  const reached = [...met, ...left.map((each) => each.met)];
  return roster.some((entry) => {
    const { host, ssh, machine } = entry;
    if (machine !== undefined && reached.some((each) => sameMachine(each.machine, machine) === true))
      return true;
    if (machine === undefined && left.some((each) => placeKey(each.entry) === placeKey(entry))) return true;
    return inventory.hosts.some((each) => {
      const known = met.find(({ name }) => name === each.name);
      const other = machine && known && sameMachine(known.machine, machine) === false;
      return !other && (each.ssh.host === ssh.host || (machine === undefined && each.name === host));
    });
  });
}

function moved({ host, ssh }: RosterEntry, name: string): string {
  return host === name ? `${host} was at ${ssh.host} before` : `${host} is now called ${name}`;
}

/** What a verdict has to say. */
export function noteOf(verdict: Verdict): { at: string; note: string }[] {
  return 'note' in verdict && verdict.note !== undefined && verdict.at !== undefined
    ? [{ at: verdict.at, note: verdict.note }]
    : [];
}
