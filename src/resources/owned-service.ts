import type { Drain } from '../model/cluster.ts';
import type { TableOwner } from '../model/failover.ts';
import { readable } from '../model/service-key.ts';
import { Edits, type WantedDestination } from './ipvs-edits.ts';
import { destinationKey, type TableService } from './ipvs-table.ts';
import type { ServiceOptions } from './ipvs-words.ts';
import type { Comparison, Context } from './kind.ts';

/** A service that an engine makes from its own configuration. */
export interface OwnedService {
  readonly key: string;
  readonly owner: Exclude<TableOwner, 'lvsform'>;
  readonly drain: Drain;
  /** Its options in the new configuration. */
  readonly options: ServiceOptions;
  readonly destinations: readonly WantedDestination[];
  /** The sorry server, which answers while all others have weight 0. */
  readonly sorry: WantedDestination | undefined;
}

/**
 * The engine adds, edits and removes. A real server that it took out is only a note. lvsform first drains real servers that
 * the new configuration no longer has, as long as others can take new connections. And it sets a new scheduler before the
 * engine reads it, since the engine's own edit would refuse clients.
 */
export function ownedComparison(
  { key, owner, drain, options, destinations, sorry }: OwnedService,
  has: TableService | undefined,
  context: Context,
): Comparison {
  const name = readable(key);
  const old = new Map((has?.destinations ?? []).map((each) => [destinationKey(each), each] as const));
  const known = new Set([...destinations, ...(sorry === undefined ? [] : [sorry])].map(destinationKey));
  const leavers = [...old.values()].filter((each) => !known.has(destinationKey(each)));
  // While the configuration changes, a missing real server may be a new one.
  const settled = context.changedFiles.size === 0;
  const isOut = (want: WantedDestination): boolean => {
    const weight = old.get(destinationKey(want))?.weight;
    return want.weight > 0 && (weight === undefined ? settled : weight === 0);
  };
  const out = has === undefined ? [] : destinations.filter(isOut);
  const note =
    out.length === 0
      ? {}
      : { note: `${out.map(({ server }) => server).join(', ')} out of ${name}: ${cause(settled, owner)}` };
  const serving = leavers.filter(({ weight }) => weight > 0);
  const rescheduled = has !== undefined && has.scheduler !== options.scheduler;
  if (settled || (serving.length === 0 && !rescheduled)) return note;
  const stays = destinations.some((each) => (old.get(destinationKey(each))?.weight ?? 0) > 0);
  const edits = new Edits(key, drain, context);
  if (rescheduled) edits.editService({ ...has, scheduler: options.scheduler, flags: options.flags }, has);
  if (stays) for (const each of serving) edits.drain(each, each.address, { stage: 'prepare' });
  const result = edits.result();
  const interrupts =
    stays || serving.length === 0
      ? result.interrupts
      : serving.map(
          ({ address }) =>
            `${address} leaves ${name} together with all others: its connections end (to keep them, add the new real servers first)`,
        );
  const change = {
    id: `virtual-service:${key}`,
    verb: 'change' as const,
    title: `virtual service ${name} (made by ${owner})`,
    ...result,
    details: [
      ...result.details,
      ...serving.map(({ address }) => ({ verb: 'remove' as const, text: `${address} leaves` })),
    ],
    interrupts,
    serving: {
      before: [...old.values()].filter(({ weight }) => weight > 0).length,
      after: destinations.filter(({ weight }) => weight > 0).length,
    },
  };
  return { ...note, change };
}

/** While the configuration changes, the weight 0 of the table may be that of the old configuration. */
function cause(settled: boolean, owner: string): string {
  return settled ? `taken out by ${owner}` : 'weight 0 at the moment';
}
