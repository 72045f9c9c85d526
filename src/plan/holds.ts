import type { Manifest } from '../observe/manifest.ts';
import type { ObservedAddress } from '../resources/address.ts';
import { idOf, type Resource } from '../resources/index.ts';

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

/** True for what an engine brought about, by the manifest, and no engine is to bring about any more. */
export function isFromEngine(resource: Resource, manifest: Manifest | undefined): boolean {
  return isEngines(manifest?.resources[idOf(resource)]?.resource) && !isEngines(resource);
}

/** True where something goes on that an engine brings about, or did by the manifest. */
export function changesHands(wanted: readonly Resource[], manifest: Manifest | undefined): boolean {
  return wanted.some((each) => {
    const was = manifest?.resources[idOf(each)]?.resource;
    return was !== undefined && (isEngines(was) || isEngines(each));
  });
}
