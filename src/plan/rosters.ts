import type { Inventory } from '../model/cluster.ts';
import { isDirector } from '../model/roles.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import { formerDirectors } from './former-directors.ts';
import { ownershipOf } from './ownership.ts';
import type { Reading } from './see.ts';
import { targetOf } from './target.ts';

/** What one host says about the places of others: a hint where to look, and never an order. */
export interface Roster {
  /** The name of the host in the plan. */
  readonly of: string;
  readonly entries: readonly RosterEntry[];
  /** True for the roster of a director, which has root on its cluster anyway; any other roster is hearsay. */
  readonly trusted: boolean;
  /** The hosts of the inventory that remember what the roster names: the host itself, or those that led to it. */
  readonly from: readonly string[];
  /** How many of its entries are left out. */
  readonly cut: number;
}

/** A real server knows the directors of its clusters, so an honest one names few hosts that are not in the inventory. */
export const mostHearsay = 16;

/**
 * The rosters of hosts that this inventory owns by their own manifests. The roster of a host that is taken over names its
 * former owner's hosts, which lvsform leaves alone.
 */
export function rostersOf(
  inventory: Inventory,
  takeOver: readonly string[],
  readings: readonly Reading[],
): Roster[] {
  const heard = hearing(inventory);
  const own = ownOf(inventory, takeOver, readings, (how) => how === undefined || how === 'former');
  const directed = formerDirectors(inventory, own);
  return own.flatMap((each) => {
    const { name } = each.target;
    const roster = heard(each, isDirector(inventory, name) || directed(each), [name]);
    const [known, others] = [false, true].map((is) =>
      roster.entries.filter(({ hearsay = false }) => hearsay === is),
    );
    const remembered = { ...roster, trusted: false, entries: others!, cut: 0 };
    return [{ ...roster, entries: known! }, ...(others!.length > 0 ? [remembered] : [])];
  });
}

/** The rosters of hosts that are taken over, with the owner whose hosts they name. */
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

/** The part of a host's roster that is used. Hearsay is cut before places are looked up, which takes time. */
export function hearing(
  inventory: Inventory,
): (reading: Reading, trusted: boolean, from: readonly string[]) => Roster {
  const inside = new Set(inventory.hosts.map((host) => wayKey(targetOf(host))));
  return ({ target: { name: of }, observation: { manifest } }, trusted, from) => {
    const roster = manifest?.roster ?? [];
    if (trusted) return { of, entries: roster, trusted, from, cut: 0 };
    // Who named an entry counts only in a director's roster.
    const ownWord = roster.map(({ by: _by, ...entry }) => entry);
    const present = new Map<string, RosterEntry>();
    const others: RosterEntry[] = [];
    for (const entry of ownWord) {
      const key = wayKey({ name: entry.host, ssh: entry.ssh });
      if (!inside.has(key)) others.push(entry);
      else if (!present.has(key)) present.set(key, entry);
    }
    const entries = [...present.values(), ...others.slice(0, mostHearsay)];
    return { of, entries, trusted, from, cut: Math.max(0, others.length - mostHearsay) };
  };
}

/** All that decides how a host is reached, except the login. */
export function wayKey({
  name,
  ssh: { host, port },
}: Pick<ReturnType<typeof targetOf>, 'name' | 'ssh'>): string {
  return `${name} ${host} ${port ?? ''}`;
}

/**
 * The logins (user and sudo) that the inventory and its directors use. Hearsay must not choose a login: an entry with
 * another one is not used, unless at least two real servers, and most of those that name the place, have it.
 */
export function usualLogins(
  { hosts }: Inventory,
  rosters: readonly Roster[],
): (entry: Pick<RosterEntry, 'host' | 'ssh'>) => boolean {
  const known = [
    ...hosts.map(({ ssh }) => ssh),
    ...rosters.flatMap(({ trusted, entries }) => (trusted ? entries.map(({ ssh }) => ssh) : [])),
  ];
  const logins = new Set(known.map(loginKey));
  const heard = rosters.filter(({ trusted }) => !trusted);
  return ({ host: name, ssh }) => {
    if (logins.has(loginKey(ssh))) return true;
    // A host has one vote, however many entries it has: it agrees if all of them do.
    const voices = new Map<string, boolean>();
    for (const { of, entries } of heard) {
      for (const each of entries) {
        if (wayKey({ name: each.host, ssh: each.ssh }) !== wayKey({ name, ssh })) continue;
        voices.set(of, (voices.get(of) ?? true) && loginKey(each.ssh) === loginKey(ssh));
      }
    }
    const agreeing = [...voices.values()].filter(Boolean).length;
    return agreeing > 1 && agreeing > voices.size / 2;
  };
}

function loginKey({ user, sudo }: { readonly user?: string | undefined; readonly sudo: boolean }): string {
  return `${user ?? ''} ${sudo}`;
}
