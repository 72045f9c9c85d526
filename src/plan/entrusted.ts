import type { Inventory } from '../model/cluster.ts';
import { sameMachine } from '../model/machine.ts';
import { isDirector } from '../model/roles.ts';
import type { RosterEntry } from '../observe/manifest.ts';
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

/** What is the same for all hosts of a plan. */
interface Shared {
  readonly machines: ReadonlyMap<string, Reading['met']['machine']>;
  /** The managed hosts of the inventory, by `wayKey`. */
  readonly inside: ReadonlySet<string>;
  /** What the directors' rosters have, by `wayKey`. */
  readonly known: ReadonlySet<string>;
}

/**
 * The roster entries of a former director beside those that it is to have (`wanted`). A new director may fail, so the former
 * one keeps its entries until a director has them. What is the same for all hosts is made once, when it is first needed.
 */
export function entrusting(
  inventory: Inventory,
  readings: readonly Reading[],
): (reading: Reading, wanted: readonly RosterEntry[]) => Entrusted {
  let shared: Shared | undefined;
  return ({ target: { name }, observation: { manifest } }, wanted) => {
    if (isDirector(inventory, name) || manifest?.owner?.inventory !== inventory.name)
      return { needed: [], spare: [] };
    shared ??= sharedBy(inventory, readings);
    const { machines, inside, known } = shared;
    const taken = new Set([name, ...wanted.map(({ host }) => host)]);
    const own = manifest.roster.filter((entry) => {
      const { host, machine, hearsay, of } = entry;
      if (taken.has(host) || hearsay === true || of !== undefined || !inside.has(entryKey(entry)))
        return false;
      taken.add(host);
      const met = machines.get(host);
      return machine === undefined || met === undefined || sameMachine(machine, met) !== false;
    });
    return {
      needed: own.filter((entry) => !known.has(entryKey(entry))),
      spare: own.filter((entry) => known.has(entryKey(entry))),
    };
  };
}

function sharedBy(inventory: Inventory, readings: readonly Reading[]): Shared {
  const directors = readings.filter(({ target }) => isDirector(inventory, target.name));
  return {
    machines: new Map(readings.map(({ target, met }) => [target.name, met.machine] as const)),
    inside: new Set(inventory.hosts.filter(({ managed }) => managed).map((host) => wayKey(targetOf(host)))),
    known: new Set(
      directors.flatMap(({ observation }) => (observation.manifest?.roster ?? []).map(entryKey)),
    ),
  };
}

function entryKey({ host, ssh }: RosterEntry): string {
  return wayKey({ name: host, ssh });
}
