import { readable } from '../model/service-key.ts';
import type { WantedDestination } from '../resources/ipvs-edits.ts';
import { idOf } from '../resources/index.ts';
import { destinationKey } from '../resources/ipvs-table.ts';
import { type Intent, servicesOf, type Transition } from './intent.ts';
import type { Policy } from './policy.ts';

/** Removing more than this share of a service's real servers at once is a danger. */
const most = 0.5;

/** Every service as the inventory wanted it until now, on any host. */
export function intendedBefore(transitions: readonly Transition[]): Map<string, Intent> {
  return new Map(
    transitions.flatMap(({ before }) => servicesOf(before)).map((service) => [service.key, service]),
  );
}

/**
 * Services that remain and lose real servers: by the manifest if it has the service, otherwise by the kernel's table. If
 * weights are kept, only the table knows them, so it counts for all services of lvsform.
 */
export function losses(
  { before, after, changes }: Transition,
  anywhere: ReadonlyMap<string, Intent>,
  { allow, keepWeights }: Policy,
): string[] {
  const own = new Map(servicesOf(before).map((service) => [service.key, service]));
  const known = servicesOf(before).filter(({ owner }) => !keepWeights || owner !== undefined);
  const ids = new Set(known.map(idOf));
  const intended = servicesOf(after).flatMap((service) => {
    const had = own.get(service.key) ?? anywhere.get(service.key);
    if (had === undefined) return [];
    const title = `virtual service ${readable(service.key)}`;
    return loss(title, serving(had.want.destinations), serving(destinationsThen(had, service, allow)));
  });
  const found = changes.flatMap(({ id, title, serving: counts }) =>
    counts === undefined || ids.has(id) || intended.some((each) => each.startsWith(`${title} loses`))
      ? []
      : loss(title, counts.before, counts.after),
  );
  return [...intended, ...found];
}

/** The real servers that a service has in the end: what is not allowed is not changed. */
function destinationsThen(had: Intent, service: Intent, allow: Policy['allow']): WantedDestination[] {
  const { want, owner } = service;
  const edits = allow.includes('change');
  if (owner !== undefined && had.owner !== undefined) return [...(edits ? want : had.want).destinations];
  const old = new Map(had.want.destinations.map((each) => [destinationKey(each), each] as const));
  const wanted = want.destinations.flatMap((each) => {
    const before = old.get(destinationKey(each));
    if (before === undefined) return allow.includes('add') ? [each] : [];
    return [edits ? each : before];
  });
  const stays = allow.includes('remove') ? [] : had.want.destinations.filter((each) => !isIn(service, each));
  return [...wanted, ...stays];
}

function loss(title: string, before: number, after: number): string[] {
  if (before <= after) return [];
  if (after === 0) return [`${title} loses all its real servers (${before})`];
  return before - after > most * before
    ? [`${title} loses ${before - after} of ${before} real servers at once`]
    : [];
}

function isIn({ want }: Intent, destination: WantedDestination): boolean {
  return want.destinations.some((each) => destinationKey(each) === destinationKey(destination));
}

/** How many real servers take new connections. */
function serving(destinations: readonly WantedDestination[]): number {
  return destinations.filter(({ weight }) => weight > 0).length;
}
