import type { Inventory } from '../model/cluster.ts';
import type { Manifest, Owner } from '../observe/manifest.ts';

/** The inventory that wants a host, and its name for the host. */
export interface Claim {
  readonly inventory: Inventory;
  readonly host: string;
  /** Owners whose hosts may be taken over (`--take-over`). */
  readonly takeOver: readonly string[];
}

/** Who owns a host, seen from one inventory. */
export type Ownership =
  /** lvsform has set up nothing there. */
  | { readonly is: 'free' }
  /** `from`: the former owner, if that was another inventory. */
  | { readonly is: 'ours'; readonly from?: Predecessor }
  | { readonly is: 'foreign'; readonly owner: string; readonly since: string | undefined };

export interface Predecessor {
  readonly owner: string;
  readonly since: string | undefined;
  /** taken: by --take-over; released: the owner gave the host up; former: the owner had no name yet, and is this inventory. */
  readonly how: 'taken' | 'released' | 'former';
}

/** Judges a host by its own manifest alone, never by what other hosts say. */
export function ownershipOf(manifest: Manifest | undefined, claim: Claim): Ownership {
  if (manifest === undefined) return { is: 'free' };
  const { owner } = manifest;
  if (owner?.inventory === claim.inventory.name && owner.released === undefined) return { is: 'ours' };
  const before = { owner: ownerName(manifest), since: owner?.since };
  if (owner?.released !== undefined) return { is: 'ours', from: { ...before, how: 'released' } };
  if (owner === undefined && isFormer(manifest, claim)) {
    return { is: 'ours', from: { ...before, how: 'former' } };
  }
  return claim.takeOver.includes(before.owner)
    ? { is: 'ours', from: { ...before, how: 'taken' } }
    : { is: 'foreign', ...before };
}

/**
 * True if a plan may change the host. A host that was given up has no owner: an apply may take it, but a destroy removes only
 * what is ours now.
 */
export function mayChange(owned: Ownership, destroy: boolean): boolean {
  return owned.is === 'ours' && !(destroy && owned.from?.how === 'released');
}

/** The owner's name; the names of its clusters if the owner had no name yet (manifests of version 1). */
export function ownerName({ owner, clusters }: Manifest): string {
  return owner?.inventory ?? clusters.join('+');
}

/** The owner from now on: the same one, with its old date, or a new one. */
export function nextOwner(inventory: string, manifest: Manifest | undefined, now: string): Owner {
  const owner = manifest?.owner;
  const same = owner?.inventory === inventory && owner.released === undefined;
  return { inventory, since: same ? owner.since : now };
}

/**
 * True if a manifest without an owner names a cluster of this inventory, and also the address of another member of that
 * cluster. Names alone prove nothing: many clusters have an lb1.
 */
function isFormer({ clusters, roster }: Manifest, { inventory, host }: Claim): boolean {
  const own = inventory.hosts.find(({ name }) => name === host)?.ssh.host;
  const others = new Set(roster.map(({ ssh }) => ssh.host).filter((address) => address !== own));
  return inventory.clusters.some(({ name, directors, realServers }) => {
    if (!clusters.includes(name)) return false;
    const members = [...directors, ...realServers].filter((each) => each.managed && each.ssh.host !== own);
    return members.length === 0 || members.some((each) => others.has(each.ssh.host));
  });
}

/** What to do about a host of another inventory, a line for each way. `host` is its name in the owner's inventory. */
export function waysOut(host: string, owner: string): string[] {
  return [
    `Was this inventory renamed? Write name: ${owner} again.`,
    'Is it another one? Put both clusters into one inventory directory, under one name;',
    `or give the host up in the other inventory: lvsform forget ${host} -i ITS-INVENTORY`,
    `or take it over here, as after a new name for the inventory: lvsform apply --take-over ${owner} --force`,
  ];
}
