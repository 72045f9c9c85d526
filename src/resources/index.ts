import { type AddressResource, addressKind } from './address.ts';
import { type BlockResource, blockKind } from './block.ts';
import { type CibResource, cibKind } from './cib.ts';
import { type FileResource, fileKind } from './file.ts';
import { type GuePortResource, guePortKind } from './gue-port.ts';
import { type IpvsTimeoutsResource, ipvsTimeoutsKind } from './ipvs-timeouts.ts';
import type { Kind } from './kind.ts';
import { type ModuleResource, moduleKind } from './module.ts';
import { type MountResource, mountKind } from './mount.ts';
import { type NodeNameResource, nodeNameKind } from './node-name.ts';
import { type PackageResource, packageKind } from './package.ts';
import { type PacketFilterResource, packetFilterKind } from './packet-filter.ts';
import { type RouteResource, routeKind } from './route.ts';
import { type RuleResource, ruleKind } from './rule.ts';
import { type SyncDaemonResource, syncDaemonKind } from './sync-daemon.ts';
import { type SysctlResource, sysctlKind } from './sysctl.ts';
import { tunnelKind } from './tunnel.ts';
import type { TunnelResource } from './tunnel-shape.ts';
import { type UnitResource, unitKind } from './unit.ts';
import { type VirtualServiceResource, virtualServiceKind } from './virtual-service.ts';

/** Everything that a plan can want on a host. */
export type Resource =
  | AddressResource
  | BlockResource
  | CibResource
  | FileResource
  | GuePortResource
  | IpvsTimeoutsResource
  | ModuleResource
  | MountResource
  | NodeNameResource
  | PackageResource
  | PacketFilterResource
  | RouteResource
  | RuleResource
  | SyncDaemonResource
  | SysctlResource
  | TunnelResource
  | UnitResource
  | VirtualServiceResource;

/** A kind with opaque resources and observations, as the stages use it. */
export type AnyKind = Kind<Resource, unknown>;

/** Every kind, in the order in which a host is read and compared: files before the units that watch them. */
export const kinds = [
  nodeNameKind,
  packageKind,
  moduleKind,
  fileKind,
  blockKind,
  tunnelKind,
  guePortKind,
  sysctlKind,
  packetFilterKind,
  ipvsTimeoutsKind,
  syncDaemonKind,
  virtualServiceKind,
  mountKind,
  addressKind,
  routeKind,
  ruleKind,
  unitKind,
  cibKind,
] as readonly unknown[] as readonly AnyKind[];

const byName = new Map(kinds.map((kind) => [kind.kind, kind] as const));

export function kindNamed(name: string): AnyKind | undefined {
  return byName.get(name);
}

export function kindOf(resource: { readonly kind: Resource['kind'] }): AnyKind {
  const kind = kindNamed(resource.kind);
  if (kind === undefined) throw new TypeError(`no such kind of resource: ${resource.kind}`);
  return kind;
}

/** The id of a resource on its host: `sysctl:net.ipv4.ip_forward`. */
export function idOf(resource: Resource): string {
  return `${resource.kind}:${kindOf(resource).key(resource)}`;
}

/** The kind of the resource that an id names; undefined if this lvsform does not know it. */
export function kindOfId(id: string): AnyKind | undefined {
  return kindNamed(id.slice(0, id.indexOf(':')));
}

/** Resources by kind, in the kinds' order. */
export function byKind(resources: readonly Resource[]): { kind: AnyKind; resources: Resource[] }[] {
  return kinds
    .map((kind) => ({ kind, resources: resources.filter((each) => each.kind === kind.kind) }))
    .filter((group) => group.resources.length > 0);
}
