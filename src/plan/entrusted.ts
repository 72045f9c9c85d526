import type { Inventory } from '../model/cluster.ts';
import { sameMachine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import { isDirector } from './former-directors.ts';
import { wayKey } from './rosters.ts';
import type { Reading } from './see.ts';
import { targetOf } from './target.ts';

/** Hosts of the inventory in the roster of a host that is no director, but may have been one. */
export interface Entrusted {
  /** No director's roster has them yet, so they are kept. */
  readonly needed: readonly RosterEntry[];
  /** A director's roster has them by now: the next change of the host drops them. */
  readonly spare: readonly RosterEntry[];
}

/**
 * The roster entries of a former director beside those that it is to have (`wanted`). A new director may fail, so the former
 * one keeps its entries until a director has them.
 */
export function entrustedTo(
  { target: { name }, observation: { manifest } }: Reading,
  wanted: readonly RosterEntry[],
  inventory: Inventory,
  readings: readonly Reading[],
): Entrusted {
  if (isDirector(inventory, name) || manifest?.owner?.inventory !== inventory.name)
    return { needed: [], spare: [] };
  const machines = new Map(readings.map(({ target, met }) => [target.name, met.machine] as const));
  const inside = new Set(
    inventory.hosts.filter(({ managed }) => managed).map((host) => wayKey(targetOf(host))),
  );
  const taken = new Set([name, ...wanted.map(({ host }) => host)]);
  const own = manifest.roster.filter((entry) => {
    const { host, machine, hearsay, of } = entry;
    if (taken.has(host) || hearsay === true || of !== undefined || !inside.has(entryKey(entry))) return false;
    taken.add(host);
    const met = machines.get(host);
    return machine === undefined || met === undefined || sameMachine(machine, met) !== false;
  });
  const known = new Set(
    readings
      .filter(({ target }) => isDirector(inventory, target.name))
      .flatMap((director) => (director.observation.manifest?.roster ?? []).map(entryKey)),
  );
  return {
    needed: own.filter((entry) => !known.has(entryKey(entry))),
    spare: own.filter((entry) => known.has(entryKey(entry))),
  };
}

function entryKey({ host, ssh }: RosterEntry): string {
  return wayKey({ name: host, ssh });
}
