import type { Inventory } from '../model/cluster.ts';
import type { Manifest, Owner } from '../observe/manifest.ts';

/** The inventory that wants a host, by the name that it gives the host. */
export interface Claim {
  readonly inventory: Inventory;
  readonly host: string;
  /** Owners whose hosts may be taken over (`--take-over`). */
  readonly takeOver: readonly string[];
}

/** Whose a host is, seen from one inventory. */
export type Ownership =
  /** Nothing of lvsform's is there. */
  | { readonly is: 'free' }
  /** `from`: who owned the host until now, where that was another. */
  | { readonly is: 'ours'; readonly from?: Predecessor }
  | { readonly is: 'foreign'; readonly owner: string; readonly since: string | undefined };

export interface Predecessor {
  readonly owner: string;
  readonly since: string | undefined;
  /** taken: by --take-over; released: the owner gave the host up; former: the owner had no name yet, and is this inventory. */
  readonly how: 'taken' | 'released' | 'former';
}

/** Judges a host by its own manifest alone: what other hosts say of it counts for nothing. */
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
 * True where a plan may change the host. What was given up belongs to nobody: an apply may have it, but a destroy takes
 * away only what is ours now.
 */
export function mayChange(owned: Ownership, destroy: boolean): boolean {
  return owned.is === 'ours' && !(destroy && owned.from?.how === 'released');
}

/** The owner's name; of an owner that had no name yet (manifests of version 1) those of its clusters. */
export function ownerName({ owner, clusters }: Manifest): string {
  return owner?.inventory ?? clusters.join('+');
}

/** The owner from now on: the same one since when it has been it, or a new one. */
export function nextOwner(inventory: string, manifest: Manifest | undefined, now: string): Owner {
  const owner = manifest?.owner;
  const same = owner?.inventory === inventory && owner.released === undefined;
  return { inventory, since: same ? owner.since : now };
}

/**
 * True where a manifest that names no owner carries a cluster of this inventory, and beside the host itself the address
 * of another member of that cluster. Names alone say nothing: many a cluster has an lb1.
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

/** What to do about a host of another inventory, a line for each way. `host` is what the owner calls it. */
export function waysOut(host: string, owner: string): string[] {
  return [
    `Was this inventory renamed? Write name: ${owner} again.`,
    'Is it another one? Bring both clusters into one inventory directory, under one name;',
    `or give the host up on the old side: lvsform forget ${host} -i ITS-INVENTORY`,
    `or take it over here, as after a new name for the inventory: lvsform apply --take-over ${owner} --force`,
  ];
}
