import type { Drain } from '../model/cluster.ts';
import type { TableOwner } from '../model/failover.ts';
import { readable } from '../model/service-key.ts';
import { Edits, type WantedDestination } from './ipvs-edits.ts';
import { destinationKey, parseTable, type TableService } from './ipvs-table.ts';
import { ownedComparison } from './owned-service.ts';
import type { ServiceOptions } from './ipvs-words.ts';
import type { Comparison, Context, Kind } from './kind.ts';
import { serviceShape } from './service-shape.ts';
import { servingOf } from './serving.ts';

/** A virtual service with its real servers, in the kernel's table. */
export interface VirtualServiceResource {
  readonly kind: 'virtual-service';
  /** As `serviceKey`. */
  readonly key: string;
  readonly want: 'absent' | (ServiceOptions & { readonly destinations: readonly WantedDestination[] });
  /** Seconds, and active connections, until a leaving real server is taken out. */
  readonly drain: Drain;
  /** The engine that makes it, where that is not lvsform. */
  readonly owner?: Exclude<TableOwner, 'lvsform'>;
  /** Whom the owner puts there while nobody else is. */
  readonly sorry?: WantedDestination;
}

export interface ObservedService {
  /** Undefined where the table has no such service. */
  readonly service: TableService | undefined;
}

export const virtualServiceKind: Kind<VirtualServiceResource, ObservedService> = {
  kind: 'virtual-service',
  shape: serviceShape,
  key: ({ key }) => key,

  // ipvsadm loads ip_vs where it is not there; a plan only reads, so it is asked only where ip_vs is loaded.
  probe: () => 'show_table',

  parse: (answer, services) => {
    const table = new Map(tableOf(answer).map((each) => [each.key, each] as const));
    return services.map(({ key }) => ({ service: table.get(key) }));
  },

  compare: (resource, { service }, context) => {
    const { key, want, drain, owner, sorry } = resource;
    if (owner === undefined || want === 'absent') return difference(resource, service, context);
    const { destinations, ...options } = want;
    return ownedComparison({ key, owner, drain, options, destinations, sorry }, service, context);
  },

  restore: (managed, { service }) => {
    const { owner: _owner, sorry: _sorry, ...ours } = managed;
    if (service === undefined) return { ...ours, want: 'absent' };
    const { key: _, destinations, ...rest } = service;
    const named = destinations.map((each) => ({ ...each, server: each.address }));
    return { ...ours, want: { ...rest, destinations: named } };
  },

  others: (answer, services) => {
    const ours = new Set(services.map(({ key }) => key));
    const others = tableOf(answer).filter(({ key }) => !ours.has(key));
    const more = others.length - mostOthers;
    return [
      ...others
        .slice(0, mostOthers)
        .map(
          ({ key }) =>
            `virtual service ${readable(key)} is in the table and not in the inventory: left as it is`,
        ),
      ...(more > 0 ? [`${more} more virtual services are in the table and not in the inventory`] : []),
    ];
  },
};

/** So many services of others are named one by one. */
const mostOthers = 50;

function tableOf(answer: { section: (name: string) => string | undefined }): TableService[] {
  return parseTable(answer.section('virtual-service'), answer.section('thresholds'));
}

function difference(
  { key, want, drain }: VirtualServiceResource,
  found: TableService | undefined,
  context: Context,
): Comparison {
  const title = `virtual service ${readable(key)}`;
  const edits = new Edits(key, drain, context);
  if (want === 'absent') {
    if (found === undefined) return {};
    for (const each of found.destinations) edits.drain(each, each.address, { stage: 'retire' });
    edits.dropService(found);
    return { change: { id: `virtual-service:${key}`, verb: 'remove', title, ...edits.result() } };
  }
  const has = context.fromEngine ? undefined : found;
  if (has === undefined) edits.addService(want);
  else edits.editService(want, has);
  const old = new Map((has?.destinations ?? []).map((each) => [destinationKey(each), each] as const));
  for (const each of want.destinations) {
    const before = old.get(destinationKey(each));
    if (before === undefined) edits.addDestination(each);
    else edits.editDestination(each, before);
  }
  const stay = new Set(want.destinations.map(destinationKey));
  for (const each of found?.destinations ?? [])
    if (!stay.has(destinationKey(each))) edits.removeDestination(each);
  const result = edits.result();
  const note = edits.note === undefined ? {} : { note: edits.note };
  if (result.actions.length === 0) return note;
  const counts = servingOf(want.destinations, has?.destinations ?? [], context.keepWeights);
  const verb = has === undefined ? 'add' : 'change';
  return {
    ...note,
    change: { id: `virtual-service:${key}`, verb, title, serving: counts.serving, ...result },
    gains: counts.gains,
  };
}
