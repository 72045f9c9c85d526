import type { Manifest } from '../observe/manifest.ts';
import type { ObservedAddress } from '../resources/address.ts';
import { idOf, type Resource } from '../resources/index.ts';
import type { Context } from '../resources/kind.ts';

/** The address of a resource that an engine moved here. One that we raised ourselves is not the engine's yet. */
export function heldBy(
  resource: Resource,
  observed: ReadonlyMap<string, unknown>,
  manifest: Manifest | undefined,
): string[] {
  if (resource.kind !== 'address' || !isEngines(manifest?.resources[idOf(resource)]?.resource)) return [];
  const { places } = observed.get(idOf(resource)) as ObservedAddress;
  return places.some((place) => place.interface === resource.interface) ? [resource.address] : [];
}

/** True for what an engine brings about, and we only look at. */
export function isEngines(resource: Resource | undefined): boolean {
  if (resource?.kind === 'virtual-service') return resource.owner !== undefined;
  return (resource?.kind === 'address' || resource?.kind === 'sync-daemon') && resource.want === 'floating';
}

/** Who brings about what is wanted, against who did by the manifest. */
export function changedHands(
  wanted: readonly Resource[],
  manifest: Manifest | undefined,
): Pick<Context, 'takesOver' | 'changesHands'> {
  const known = wanted.flatMap((each) => {
    const was = manifest?.resources[idOf(each)]?.resource;
    return was === undefined ? [] : [{ now: isEngines(each), before: isEngines(was) }];
  });
  return {
    takesOver: known.some(({ now, before }) => before && !now),
    changesHands: known.some(({ now, before }) => before || now),
  };
}
