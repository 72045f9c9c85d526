import type { RawPlace } from '../../engines/facts-shape.ts';
import type { Cluster, Path } from '../../model/cluster.ts';
import { failoverFactsOf } from '../../model/failover.ts';
import { healthFactsOf } from '../../model/health.ts';

/** Raw lines of an inventory: where they are written, and whose they are. */
export interface RawList {
  readonly by: 'health' | 'failover';
  readonly engine: string;
  readonly place: RawPlace | 'instance';
  readonly lines: readonly string[];
  readonly at: Path;
}

/** Every list of raw lines of a cluster that has a line. */
export function rawLists({ at, health, failover, services, realServers }: Cluster): RawList[] {
  const own = { by: 'health', engine: health.engine } as const;
  const where = [...health.at, 'directives'];
  const ofServer = new Map(realServers.map(({ name, directives }) => [name, directives.length] as const));
  const lists: RawList[] = [
    ...(['global', 'blocks', 'service', 'server'] as const).map((place) => ({
      ...own,
      place,
      lines: health.directives[place],
      at: [...where, place],
    })),
    ...realServers.map((server) => ({
      ...own,
      place: 'server' as const,
      lines: server.directives,
      at: [...server.at, 'directives'],
    })),
    ...services.flatMap((service) => [
      { ...own, place: 'service' as const, lines: service.directives, at: [...service.at, 'directives'] },
      {
        ...own,
        place: 'check' as const,
        lines: service.check.directives,
        at: [...service.check.at, 'directives'],
      },
      ...service.destinations.map(({ server, directives, at: here }) => ({
        ...own,
        place: 'server' as const,
        lines: directives.slice(ofServer.get(server)),
        at: [...here, 'directives'],
      })),
    ]),
    ...(failover === undefined
      ? []
      : (['global', 'blocks', 'instance'] as const).map((place) => ({
          by: 'failover' as const,
          engine: failover.engine,
          place,
          lines: failover.directives[place],
          at: [...at, 'failover', 'directives', place],
        }))),
  ];
  const told = lists.filter(({ lines }) => lines.length > 0);
  // A check that several services share has one place.
  return [...new Map(told.map((each) => [each.at.join('\0'), each])).values()];
}

/** The facts of a list's engine about its lines; undefined without a health engine. */
export function rawFacts({ by, health, failover }: RawOwner): RawFacts | undefined {
  if (by === 'failover') return failoverFactsOf(failover!.engine);
  return health.engine === 'none' ? undefined : healthFactsOf(health.engine);
}

type RawOwner = Pick<Cluster, 'health' | 'failover'> & Pick<RawList, 'by'>;
type RawFacts = Pick<ReturnType<typeof healthFactsOf>, 'lines' | 'blocks' | 'raw'>;
