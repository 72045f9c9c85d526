import { readable } from '../model/service-key.ts';
import type { Manifest } from '../observe/manifest.ts';
import type { Resource } from '../resources/index.ts';
import type { WantedDestination } from '../resources/ipvs-edits.ts';
import { destinationKey } from '../resources/ipvs-table.ts';
import type { VirtualServiceResource } from '../resources/virtual-service.ts';
import type { Change } from '../resources/kind.ts';
import { type Claim, ownershipOf, type Predecessor } from './ownership.ts';
import { type HostPlan, isReady } from './plan.ts';
import type { Policy } from './policy.ts';
import type { Reading } from './see.ts';

/** More than this share of a service's real servers at once is a danger. */
const most = 0.5;

/** What a host was to have until now, by its manifest, and what it is to have from now on. */
export interface Turn {
  readonly host: string;
  /** True for a host that leaves the inventory. */
  readonly departed: boolean;
  readonly before: Manifest | undefined;
  readonly after: Manifest | undefined;
  readonly changes: readonly Change[];
  /** The owner that loses the host to this inventory. */
  readonly from?: Predecessor;
}

/** What the guard has to know beside the hosts and their manifests. */
interface Known {
  readonly claimOf: (host: string) => Claim;
  /** Hosts that will not be changed, since others cannot be. */
  readonly waiting: ReadonlySet<string>;
  /** Hosts that call themselves directors, and are none by the word of others. */
  readonly doubted: ReadonlySet<string>;
}

/** Of the hosts that can be changed: by their manifests as they were read, and as they are to be. */
export function turnsOf(
  hosts: readonly HostPlan[],
  readings: readonly Reading[],
  { claimOf, waiting, doubted }: Known,
): Turn[] {
  const manifests = new Map(readings.map((each) => [each.target.name, each.observation.manifest] as const));
  return hosts.filter(isReady).map(({ host, departed, state }) => {
    const read = manifests.get(host);
    const manifest = doubted.has(host) ? withoutServices(read) : read;
    const owned = ownershipOf(manifest, claimOf(host));
    const { manifest: after, changes } = waiting.has(host) ? { manifest, changes: [] } : state;
    if (owned.is !== 'ours') return { host, departed, before: undefined, after, changes };
    const from = owned.from === undefined ? {} : { from: owned.from };
    return { host, departed, before: manifest, after, changes, ...from };
  });
}

/**
 * What a plan takes away that a slip of the pen could take away: hosts, the last director of a cluster, virtual services,
 * VIPs, all or most of a service's real servers, another owner's host. It compares what the inventory wanted with what
 * it wants, so an engine that owns the table hides nothing. Empty where all is well.
 */
export function dangersOf(turns: readonly Turn[], { allow }: Policy): string[] {
  const removes = allow.includes('remove');
  const edits = allow.includes('change');
  const kept = new Set(turns.flatMap(({ after }) => servicesOf(after).map(({ key }) => key)));
  const keptVips = new Set(turns.flatMap(({ after }) => vipsOf(after)));
  return [
    ...turns.flatMap(takeOver),
    ...(removes ? departures(turns) : []),
    ...(removes ? together(turns, (turn) => goneServices(turn, kept)) : []),
    ...(removes ? together(turns, (turn) => goneVips(turn, keptVips)) : []),
    ...(removes ? together(turns, leftClusters) : []),
    ...(removes || edits ? together(turns, (turn) => losses(turn, removes)) : []),
  ];
}

function takeOver({ host, from, changes }: Turn): string[] {
  if (from === undefined || from.how === 'former') return [];
  const lost = changes.filter(({ verb }) => verb === 'remove').map(({ title }) => title);
  const since = from.since === undefined ? '' : ` (since ${from.since})`;
  if (from.how === 'released') {
    return lost.length === 0
      ? []
      : [`${host}: removes what the inventory ${from.owner} left there: ${lost.join(', ')}`];
  }
  return [
    `${host} is taken over from the inventory ${from.owner}${since}${lost.length === 0 ? '' : `, and this is removed there: ${lost.join(', ')}`}`,
  ];
}

function departures(turns: readonly Turn[]): string[] {
  const left = turns.filter(({ departed }) => departed);
  const names = left.map(({ host }) => host).join(', ');
  const clusters = new Set(
    left
      .filter(({ before }) => servicesOf(before).length > 0)
      .flatMap(({ before }) => before?.clusters ?? []),
  );
  const directed = new Set(
    turns.filter(({ after }) => servicesOf(after).length > 0).flatMap(({ after }) => after?.clusters ?? []),
  );
  return [
    ...(left.length === 0
      ? []
      : [
          `${left.length} of ${turns.length} hosts leave${left.length === 1 ? 's' : ''} the inventory: ${names}`,
        ]),
    ...[...clusters]
      .filter((cluster) => !directed.has(cluster))
      .map((cluster) => `the last director of ${cluster} leaves`),
  ];
}

function goneServices({ before }: Turn, kept: ReadonlySet<string>): string[] {
  return servicesOf(before)
    .filter(({ key }) => !kept.has(key))
    .map(({ key }) => `virtual service ${readable(key)} goes`);
}

function goneVips({ before }: Turn, kept: ReadonlySet<string>): string[] {
  return vipsOf(before)
    .filter((vip) => !kept.has(vip))
    .map((vip) => `the VIP ${vip} goes`);
}

/** A real server that is taken out of a cluster, which may go on sending to it. */
function leftClusters({ departed, before, after }: Turn): string[] {
  if (departed || servicesOf(before).length > 0) return [];
  const kept = new Set(addressesOf(after));
  const lost = addressesOf(before).filter((address) => !kept.has(address));
  if (lost.length === 0) return [];
  return (before?.clusters ?? [])
    .filter((cluster) => after?.clusters.includes(cluster) !== true)
    .map((cluster) => `leaves the cluster ${cluster} and gives up ${lost.join(', ')}`);
}

/** Services that stay and lose real servers: by intent where we had one, else by the kernel's table. */
function losses({ before, after, changes }: Turn, removes: boolean): string[] {
  const old = new Map(servicesOf(before).map((service) => [service.key, service]));
  const intended = servicesOf(after).flatMap((service) => {
    const had = old.get(service.key);
    if (had === undefined) return [];
    // What may not be removed stays, with its weight.
    const stays = removes ? [] : had.want.destinations.filter((each) => !isIn(service, each));
    const left = serving(service.want.destinations) + serving(stays);
    return loss(`virtual service ${readable(service.key)}`, serving(had.want.destinations), left);
  });
  const found = changes.flatMap(({ id, title, serving: counts }) =>
    counts === undefined || old.has(id.slice(id.indexOf(':') + 1))
      ? []
      : loss(title, counts.before, counts.after),
  );
  return [...intended, ...found];
}

function loss(title: string, before: number, after: number): string[] {
  if (before <= after) return [];
  if (after === 0) return [`${title} loses all its real servers (${before})`];
  return before - after > most * before
    ? [`${title} loses ${before - after} of ${before} real servers at once`]
    : [];
}

/** The same danger on several hosts, in one line. */
function together(turns: readonly Turn[], dangers: (turn: Turn) => string[]): string[] {
  const hosts = new Map<string, string[]>();
  for (const turn of turns) {
    for (const text of dangers(turn)) hosts.set(text, [...(hosts.get(text) ?? []), turn.host]);
  }
  return [...hosts].map(([text, names]) => `${names.join(', ')}: ${text}`);
}

type Intent = VirtualServiceResource & { readonly want: Exclude<VirtualServiceResource['want'], 'absent'> };

function resourcesOf(manifest: Manifest | undefined): Resource[] {
  return Object.values(manifest?.resources ?? {}).map(({ resource }) => resource);
}

function withoutServices(manifest: Manifest | undefined): Manifest | undefined {
  if (manifest === undefined) return undefined;
  const others = Object.entries(manifest.resources).filter(
    ([, { resource }]) => resource.kind !== 'virtual-service',
  );
  return { ...manifest, resources: Object.fromEntries(others) };
}

/** The virtual services that a manifest has as ours. */
export function servicesOf(manifest: Manifest | undefined): Intent[] {
  return resourcesOf(manifest).filter(
    (each): each is Intent => each.kind === 'virtual-service' && each.want !== 'absent',
  );
}

function isIn({ want }: Intent, destination: WantedDestination): boolean {
  return want.destinations.some((each) => destinationKey(each) === destinationKey(destination));
}

/** How many real servers take new connections. */
function serving(destinations: readonly WantedDestination[]): number {
  return destinations.filter(({ weight }) => weight > 0).length;
}

/** The addresses that a director holds for its services. */
function vipsOf(manifest: Manifest | undefined): string[] {
  return servicesOf(manifest).length === 0 ? [] : addressesOf(manifest);
}

/** The addresses that lvsform gave a host. */
function addressesOf(manifest: Manifest | undefined): string[] {
  return resourcesOf(manifest).flatMap((each) =>
    each.kind === 'address' && (each.want === 'present' || each.want === 'floating') ? [each.address] : [],
  );
}
