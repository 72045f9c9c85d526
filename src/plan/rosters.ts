import type { Inventory } from '../model/cluster.ts';
import { isProvenSame, type Machine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import { servicesOf } from './intent.ts';
import { ownershipOf } from './ownership.ts';
import type { Reading } from './see.ts';
import { targetOf } from './target.ts';

/** What one host says of where others are: a hint where to look, and never an order. */
export interface Roster {
  /** The host, as the plan calls it. */
  readonly of: string;
  readonly entries: readonly RosterEntry[];
  /** True for the word of a director, which has root on its cluster anyway; all else is hearsay. */
  readonly trusted: boolean;
  /** The hosts of the inventory that remember what it names: the host itself, or those that led to it. */
  readonly from: readonly string[];
  /** How many entries of it are left out. */
  readonly cut: number;
}

/** A real server knows the directors of its clusters, so an honest one names few hosts that are not in the inventory. */
const mostHearsay = 16;

/**
 * The rosters of hosts that are this inventory's by their own manifests. The roster of a host that was another owner's
 * names that owner's hosts, which are none of our business.
 */
export function rostersOf(
  inventory: Inventory,
  takeOver: readonly string[],
  readings: readonly Reading[],
): Roster[] {
  const heard = hearing(inventory);
  return ownOf(inventory, takeOver, readings, (how) => how === undefined || how === 'former').flatMap(
    (each) => {
      const roster = heard(each, isDirector(inventory, each.target.name), [each.target.name]);
      const [own, others] = [false, true].map((is) =>
        roster.entries.filter(({ hearsay = false }) => hearsay === is),
      );
      const remembered = { ...roster, trusted: false, entries: others!, cut: 0 };
      return [{ ...roster, entries: own! }, ...(others!.length > 0 ? [remembered] : [])];
    },
  );
}

/** Those of hosts that are taken over, with the owner whose hosts they name. */
export function takenRosters(
  inventory: Inventory,
  takeOver: readonly string[],
  readings: readonly Reading[],
): Roster[] {
  const heard = hearing(inventory);
  return ownOf(inventory, takeOver, readings, (how) => how === 'taken').map((each) => {
    const { name } = each.target;
    const roster = heard(each, isDirector(inventory, name), [name]);
    const owned = ownershipOf(each.observation.manifest, { inventory, host: name, takeOver });
    const owner = owned.is === 'ours' ? owned.from?.owner : undefined;
    const entries = roster.entries.map((entry) => (owner === undefined ? entry : { ...entry, of: owner }));
    return { ...roster, entries };
  });
}

function ownOf(
  inventory: Inventory,
  takeOver: readonly string[],
  readings: readonly Reading[],
  accept: (how: string | undefined) => boolean,
): Reading[] {
  return readings.filter(({ target: { name: host }, observation: { manifest } }) => {
    const owned = ownershipOf(manifest, { inventory, host, takeOver });
    return owned.is === 'ours' && accept(owned.from?.how);
  });
}

function isDirector({ clusters }: Inventory, host: string): boolean {
  return clusters.some(({ directors }) => directors.some(({ name }) => name === host));
}

/** What is used of a host's roster. Hearsay is cut short before any way to a place is looked up, which takes time. */
export function hearing(
  inventory: Inventory,
): (reading: Reading, trusted: boolean, from: readonly string[]) => Roster {
  const inside = new Set(inventory.hosts.map((host) => wayKey(targetOf(host))));
  return ({ target: { name: of }, observation: { manifest } }, trusted, from) => {
    const roster = manifest?.roster ?? [];
    if (trusted) return { of, entries: roster, trusted, from, cut: 0 };
    const present = new Map<string, RosterEntry>();
    const others: RosterEntry[] = [];
    for (const entry of roster) {
      const key = wayKey({ name: entry.host, ssh: entry.ssh });
      if (!inside.has(key)) others.push(entry);
      else if (!present.has(key)) present.set(key, entry);
    }
    const entries = [...present.values(), ...others.slice(0, mostHearsay)];
    return { of, entries, trusted, from, cut: Math.max(0, others.length - mostHearsay) };
  };
}

/** All that decides how a host is reached, but for who logs in. */
export function wayKey({
  name,
  ssh: { host, port },
}: Pick<ReturnType<typeof targetOf>, 'name' | 'ssh'>): string {
  return `${name} ${host} ${port ?? ''}`;
}

/**
 * Who logs in how, as the inventory and its directors have it. Hearsay may not choose: an entry that differs from all of
 * them is not used.
 */
export function usualLogins(
  { hosts }: Inventory,
  rosters: readonly Roster[],
): (ssh: RosterEntry['ssh']) => boolean {
  const known = [
    ...hosts.map(({ ssh }) => ssh),
    ...rosters.flatMap(({ trusted, entries }) => (trusted ? entries.map(({ ssh }) => ssh) : [])),
  ];
  const logins = new Set(known.map(loginKey));
  return (ssh) => logins.has(loginKey(ssh));
}

function loginKey({ user, sudo }: { readonly user?: string | undefined; readonly sudo: boolean }): string {
  return `${user ?? ''} ${sudo}`;
}

/**
 * Tells former directors among the hosts that have left: a real server, which has only directors in its roster, names the
 * machine by its host key. The real server is another host that was read and is ours, in the inventory or not.
 */
export function formerDirectors(
  inventory: Inventory,
  readings: readonly Reading[],
): (reading: Reading) => boolean {
  const named = new Set<string>();
  for (const by of readings.filter((each) => !directs(inventory, each))) {
    for (const { machine } of by.observation.manifest?.roster ?? []) {
      if (machine?.key !== undefined && machine.key !== by.met.machine.key) named.add(machineKey(machine));
    }
  }
  return ({ met: { machine } }) =>
    machine.key !== undefined &&
    (named.has(machineKey(machine)) || named.has(machineKey({ key: machine.key })));
}

/** True for a director of the inventory, and for a host that was one: it has virtual services, or itself in its roster. */
function directs(inventory: Inventory, { target, observation: { manifest }, met }: Reading): boolean {
  if (isDirector(inventory, target.name) || servicesOf(manifest).length > 0) return true;
  return (manifest?.roster ?? []).some(
    ({ host, machine }) =>
      host === manifest?.host || (machine !== undefined && isProvenSame(machine, met.machine)),
  );
}

function machineKey({ id, key }: Machine): string {
  return `${key ?? ''} ${id ?? ''}`;
}
