import type { Manifest, Owner } from '../observe/manifest.ts';

/** What a host's manifest said when a plan read it: which plan had been applied, and which inventory owned the host. */
export interface Found {
  readonly plan: string;
  readonly owner?: Owner;
}

/** Nothing for a host without a manifest. */
export function foundIn(manifest: Manifest | undefined): { readonly found?: Found } {
  if (manifest === undefined) return {};
  const { plan, owner } = manifest;
  return { found: { plan, ...(owner === undefined ? {} : { owner }) } };
}

/** True if two manifests come from one plan and name one owner, or if neither exists. */
export function isAlike(one: Found | undefined, other: Found | undefined): boolean {
  return one?.plan === other?.plan && isOneOwner(one?.owner, other?.owner);
}

/** What happened between a plan and its apply, by the manifest as it is now. */
export function since(now: Found | undefined, found: Found | undefined): string {
  if (now === undefined) return 'what lvsform had set up there was removed';
  const { plan, owner } = now;
  if (owner?.released !== undefined && owner.released !== found?.owner?.released)
    return `the inventory ${owner.inventory} gave it up at ${owner.released}`;
  const whose = owner === undefined ? '' : ` of the inventory ${owner.inventory}`;
  return `plan ${plan}${whose} was applied`;
}

function isOneOwner(one: Owner | undefined, other: Owner | undefined): boolean {
  return (
    one?.inventory === other?.inventory && one?.since === other?.since && one?.released === other?.released
  );
}
