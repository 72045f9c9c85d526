import { addTo } from '../text/groups.ts';
import { machineText, type Machine, sameMachine } from '../model/machine.ts';

/** A host that was met: its name in the inventory, its place, and what identifies its machine. */
export interface Met {
  readonly name: string;
  /** Undefined if the connection does not tell. */
  readonly place: string | undefined;
  readonly machine: Machine;
  /** Its boot id and network namespace. */
  readonly running: string;
  /** Its IP addresses without the VIPs, which move. */
  readonly addresses: readonly string[];
}

/**
 * True if two connections led to one running machine: to one place, or to machines that are equal in all that identifies
 * them. Clones share a machine-id or a host key, and differ in their boot ids or addresses.
 */
export function isOneMachine(one: Met, other: Met): boolean {
  if (one.place !== undefined && one.place === other.place) return true;
  return (
    sameMachine(one.machine, other.machine) === true &&
    one.running === other.running &&
    one.addresses.join() === other.addresses.join()
  );
}

/** Pairs of names that lead to one machine. */
export function twinsOf(met: readonly Met[]): [string, string][] {
  return alike(met).flatMap((group) =>
    group.flatMap((one, index) =>
      group
        .slice(0, index)
        .filter((other) => isOneMachine(one, other))
        .map((other): [string, string] => [other.name, one.name]),
    ),
  );
}

/** The notes on clones, by the name of the first of them. */
export function cloneNotes(met: readonly Met[]): Map<string, string> {
  const groups = alike(met).filter(
    ([first, ...others]) =>
      others.length > 0 && others.every((each) => sameMachine(first!.machine, each.machine) === true),
  );
  return new Map(
    groups.map((group) => [
      group[0]!.name,
      `${group.map(({ name }) => name).join(', ')} have one ${machineText(group[0]!.machine)}: they are clones, and lvsform treats them as different machines`,
    ]),
  );
}

/** Groups of hosts that may be one machine: by machine-id (by host key if there is none), and by place. */
function alike(met: readonly Met[]): Met[][] {
  const groups = new Map<string, Met[]>();
  for (const each of met) {
    const { id, key } = each.machine;
    const signs = [id ?? key, each.place].filter((sign) => sign !== undefined);
    for (const sign of signs) addTo(groups, sign, each);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}
