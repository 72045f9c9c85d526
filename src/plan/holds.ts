import type { Manifest } from '../observe/manifest.ts';
import type { ObservedAddress } from '../resources/address.ts';
import { idOf, type Resource } from '../resources/index.ts';

/** The address of a resource that an engine moved to this host. One that lvsform raised is not the engine's yet. */
export function heldBy(
  resource: Resource,
  observed: ReadonlyMap<string, unknown>,
  manifest: Manifest | undefined,
): string[] {
  if (resource.kind !== 'address' || !isEngines(manifest?.resources[idOf(resource)]?.resource)) return [];
  const { places } = observed.get(idOf(resource)) as ObservedAddress;
  return places.some((place) => place.interface === resource.interface) ? [resource.address] : [];
}

/** True for what an engine makes, and lvsform only reads. */
export function isEngines(resource: Resource | undefined): boolean {
  if (resource?.kind === 'virtual-service') return resource.owner !== undefined;
  return (resource?.kind === 'address' || resource?.kind === 'sync-daemon') && resource.want === 'floating';
}

/** True for what an engine made, by the manifest, and no engine makes any more. */
export function isFromEngine(resource: Resource, manifest: Manifest | undefined): boolean {
  return isEngines(manifest?.resources[idOf(resource)]?.resource) && !isEngines(resource);
}

/** True if something that remains is made by an engine, or was so by the manifest. */
export function changesHands(wanted: readonly Resource[], manifest: Manifest | undefined): boolean {
  return wanted.some((each) => {
    const was = manifest?.resources[idOf(each)]?.resource;
    return was !== undefined && (isEngines(was) || isEngines(each));
  });
}
