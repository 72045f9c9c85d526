import type { Manifest } from '../observe/manifest.ts';
import type { AddressResource } from '../resources/address.ts';
import type { Resource } from '../resources/index.ts';
import type { Change } from '../resources/kind.ts';
import type { VirtualServiceResource } from '../resources/virtual-service.ts';
import type { Predecessor } from './ownership.ts';

/** What a host was to have until now, by its manifest, and what it is to have from now on. */
export interface Transition {
  readonly host: string;
  /** True for a host that leaves the inventory. */
  readonly departed: boolean;
  readonly before: Manifest | undefined;
  readonly after: Manifest | undefined;
  readonly changes: readonly Change[];
  /** The former owner of a host that is taken over. */
  readonly from?: Predecessor;
}

/** A virtual service that lvsform, or an engine for it, makes. */
export type Intent = VirtualServiceResource & {
  readonly want: Exclude<VirtualServiceResource['want'], 'absent'>;
};

function resourcesOf(manifest: Manifest | undefined): Resource[] {
  return Object.values(manifest?.resources ?? {}).map(({ resource }) => resource);
}

/** The virtual services that are ours by a manifest. */
export function servicesOf(manifest: Manifest | undefined): Intent[] {
  return servicesIn(resourcesOf(manifest));
}

export function servicesIn(resources: readonly Resource[]): Intent[] {
  return resources.filter(
    (each): each is Intent => each.kind === 'virtual-service' && each.want !== 'absent',
  );
}

/** A manifest like that of a host that is no director. */
export function withoutServices(manifest: Manifest | undefined): Manifest | undefined {
  if (manifest === undefined) return undefined;
  const others = Object.entries(manifest.resources).filter(
    ([, { resource }]) => resource.kind !== 'virtual-service',
  );
  return { ...manifest, resources: Object.fromEntries(others) };
}

/** The addresses that a director holds for its services. */
export function vipsOf(manifest: Manifest | undefined): AddressResource[] {
  return servicesOf(manifest).length === 0 ? [] : addressesOf(manifest);
}

/** The addresses that lvsform, or an engine for it, gives a host. */
export function addressesOf(manifest: Manifest | undefined): AddressResource[] {
  return addressesIn(resourcesOf(manifest));
}

export function addressesIn(resources: readonly Resource[]): AddressResource[] {
  return resources.filter(
    (each): each is AddressResource =>
      each.kind === 'address' && (each.want === 'present' || each.want === 'floating'),
  );
}
