import type { Inventory } from '../model/cluster.ts';
import { isProvenSame, type Machine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import { servicesOf } from './intent.ts';
import type { Reading } from './see.ts';

/**
 * Tells former directors, whether they have left or are something else now: a director's roster has the machine as a
 * director, or a real server's has it, which has only directors in its roster. Both know a machine by its host key. The
 * real server is another host that was read and is ours, in the inventory or not.
 */
export function formerDirectors(
  inventory: Inventory,
  readings: readonly Reading[],
): (reading: Reading) => boolean {
  const named = new Set<string>();
  const name = (by: Reading, entries: readonly RosterEntry[]): void => {
    for (const { machine } of entries)
      if (machine?.key !== undefined && machine.key !== by.met.machine.key) named.add(machineKey(machine));
  };
  const isNamed = ({ met: { machine } }: Reading): boolean =>
    machine.key !== undefined &&
    (named.has(machineKey(machine)) || named.has(machineKey({ key: machine.key })));
  for (const by of readings) if (!directs(inventory, by)) name(by, directorsIn(rosterIn(by)));
  // What a former director has among directors counts as well.
  const directors = new Set<Reading>();
  const fresh = (): Reading[] =>
    readings.filter(
      (each) => !directors.has(each) && (isDirector(inventory, each.target.name) || isNamed(each)),
    );
  for (let more = fresh(); more.length > 0; more = fresh()) {
    for (const by of more) {
      directors.add(by);
      name(
        by,
        rosterIn(by).filter((each) => each.directs === true && each.hearsay !== true),
      );
    }
  }
  return isNamed;
}

function rosterIn({ observation: { manifest } }: Reading): readonly RosterEntry[] {
  return manifest?.roster ?? [];
}

/** The directors in a real server's roster: those that it tells from others, or all where it tells nobody. */
export function directorsIn(roster: readonly RosterEntry[]): readonly RosterEntry[] {
  const told = roster.filter(({ directs: is, hearsay }) => is === true && hearsay !== true);
  return told.length > 0 ? told : roster;
}

function directs(inventory: Inventory, reading: Reading): boolean {
  return isDirector(inventory, reading.target.name) || callsItselfDirector(reading);
}

/** True for a host that was a director by its own word: it has virtual services, or itself in its roster. */
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

export function isDirector({ clusters }: Inventory, host: string): boolean {
  return clusters.some(({ directors }) => directors.some(({ name }) => name === host));
}
