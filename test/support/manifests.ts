import { type Manifest, manifestVersion, type RosterEntry } from '../../src/observe/manifest.ts';
import type { ManagedResource } from '../../src/resources/managed.ts';
import type { Transition } from '../../src/plan/intent.ts';
import type { AddressResource } from '../../src/resources/address.ts';
import { idOf, type Resource } from '../../src/resources/index.ts';
import type { WantedDestination } from '../../src/resources/ipvs-edits.ts';
import type { VirtualServiceResource } from '../../src/resources/virtual-service.ts';
import { vip } from './plans.ts';

/*
 * What a host knows of lvsform: manifestOf({ owner: 'shop' }, ownVip(), service({ rs1: 1, rs2: 1 })).
 */

export const since = '2026-01-01T00:00:00.000Z';

/** What a manifest says beside its resources. */
interface Known extends Partial<Omit<Manifest, 'owner' | 'resources'>> {
  /** The inventory that owns the host; `null` for a manifest of version 1. Left out, it is shop. */
  readonly owner?: string | null;
  /** When the owner gave the host up. */
  readonly released?: string;
}

/** A manifest with these resources, of which nothing was there before. */
export function manifestOf(known: Known, ...resources: readonly Resource[]): Manifest {
  const { owner = 'shop', released, ...more } = known;
  return {
    version: manifestVersion,
    ...(owner === null
      ? {}
      : { owner: { inventory: owner, since, ...(released === undefined ? {} : { released }) } }),
    plan: 'before',
    clusters: ['web'],
    roster: [] as RosterEntry[],
    ...more,
    resources: Object.fromEntries(
      resources.map((resource): [string, ManagedResource] => [idOf(resource), { resource, before: null }]),
    ),
  };
}

/** A VIP that lvsform raises. */
export function ownVip(address = vip, device = 'eth0'): AddressResource {
  return { kind: 'address', address, prefix: 32, interface: device, want: 'present' };
}

/** A VIP that an engine moves. */
export function floatingVip(address = vip): AddressResource {
  return { ...ownVip(address), want: 'floating', moves: { engine: 'keepalived', group: 'web' } };
}

/** A virtual service with its real servers and their weights: service({ rs1: 1, rs2: 0 }). */
export function service(
  weights: Readonly<Record<string, number>>,
  more: Partial<Pick<VirtualServiceResource, 'key' | 'owner'>> = {},
): VirtualServiceResource {
  const destinations = Object.entries(weights).map(([server, weight]): WantedDestination => ({
    server,
    address: server,
    port: 80,
    forward: 'gate',
    weight,
    upper: 0,
    lower: 0,
  }));
  return {
    kind: 'virtual-service',
    key: `-t ${vip}:80`,
    want: {
      scheduler: 'wlc',
      persistence: 0,
      netmask: undefined,
      flags: [],
      onePacket: false,
      engine: undefined,
      destinations,
    },
    drain: { timeout: 60, connections: 0 },
    ...more,
  };
}

/** What a host was to have, and what it is to have. */
export function transition(
  host: string,
  had: readonly Resource[],
  has: readonly Resource[],
  more: Partial<Transition> = {},
): Transition {
  const manifest = (resources: readonly Resource[]) =>
    resources.length === 0 ? undefined : manifestOf({}, ...resources);
  return { host, departed: false, before: manifest(had), after: manifest(has), changes: [], ...more };
}

/** A host that is to have what it has. */
export const stays = (host: string, ...resources: readonly Resource[]): Transition =>
  transition(host, resources, resources);
/** A host that leaves the inventory. */
export const leaves = (host: string, ...resources: readonly Resource[]): Transition =>
  transition(host, resources, [], { departed: true });
