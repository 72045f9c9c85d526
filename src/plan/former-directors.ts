import type { Inventory } from '../model/cluster.ts';
import { isDirector } from '../model/roles.ts';
import { isProvenSame, type Machine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import { servicesOf } from './intent.ts';
import type { Reading } from './see.ts';

/**
 * Finds former directors, whether they have left or have another role now. A director's roster names the machine as a
 * director, or the rosters of two real servers of the inventory name it, which name only directors. The word of one real
 * server is not enough. All of them know a machine by its host key.
 */
export function formerDirectors(
  inventory: Inventory,
  readings: readonly Reading[],
): (reading: Reading) => boolean {
  const named = new Set<string>();
  const keysIn = (by: Reading, entries: readonly RosterEntry[]): Set<string> =>
    new Set(
      entries.flatMap(({ machine }) =>
        machine?.key !== undefined && machine.key !== by.met.machine.key ? [machineKey(machine)] : [],
      ),
    );
  const voices = new Map<string, number>();
  const isNamed = ({ met: { machine } }: Reading): boolean =>
    machine.key !== undefined &&
    (named.has(machineKey(machine)) || named.has(machineKey({ key: machine.key })));
  const hosts = new Set(inventory.hosts.map(({ name }) => name));
  for (const by of readings) {
    if (directs(inventory, by) || !hosts.has(by.target.name)) continue;
    for (const key of keysIn(by, directorsIn(rosterIn(by)))) voices.set(key, (voices.get(key) ?? 0) + 1);
  }
  for (const [key, count] of voices) if (count > 1) named.add(key);
  // The directors in a former director's roster count as well.
  const directors = new Set<Reading>();
  const fresh = (): Reading[] =>
    readings.filter(
      (each) => !directors.has(each) && (isDirector(inventory, each.target.name) || isNamed(each)),
    );
  for (let more = fresh(); more.length > 0; more = fresh()) {
    for (const by of more) {
      directors.add(by);
      const own = rosterIn(by).filter((each) => each.directs === true && each.hearsay !== true);
      for (const key of keysIn(by, own)) named.add(key);
    }
  }
  return isNamed;
}

function rosterIn({ observation: { manifest } }: Reading): readonly RosterEntry[] {
  return manifest?.roster ?? [];
}

/** The directors in a real server's roster: the entries marked as directors, or all entries if none is marked. */
export function directorsIn(roster: readonly RosterEntry[]): readonly RosterEntry[] {
  const told = roster.filter(({ directs: is, hearsay }) => is === true && hearsay !== true);
  return told.length > 0 ? told : roster;
}

function directs(inventory: Inventory, reading: Reading): boolean {
  return isDirector(inventory, reading.target.name) || callsItselfDirector(reading);
}

/** True for a host whose own manifest says that it is a director: it has virtual services, or itself in its roster. */
export function callsItselfDirector({ observation: { manifest }, met }: Reading): boolean {
  if (servicesOf(manifest).length > 0) return true;
  return (manifest?.roster ?? []).some(
    ({ host, machine }) =>
      host === manifest?.host || (machine !== undefined && isProvenSame(machine, met.machine)),
  );
}

function machineKey({ id, key }: Machine): string {
  return `${key ?? ''} ${id ?? ''}`;
}
