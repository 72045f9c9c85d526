import { type HostPlan, isReady } from './plan.ts';

/** More than this share at once is more than a plan takes away without being told twice. */
const most = 0.5;

/**
 * What a plan would take away that is more than people commonly mean: the last real server of a service that stays,
 * more than half of its real servers, more than half of the hosts. Empty where all is well.
 */
export function dangersOf(hosts: readonly HostPlan[]): string[] {
  const left = hosts.filter(({ departed }) => departed);
  const share = left.length / Math.max(1, hosts.length);
  return [
    ...(share > most
      ? [
          `${left.length} of ${hosts.length} hosts leave the inventory: ${left.map(({ host }) => host).join(', ')}`,
        ]
      : []),
    ...hosts.flatMap((host) =>
      isReady(host)
        ? host.state.changes.flatMap(({ title, serving }) => {
            if (serving === undefined || serving.before <= serving.after) return [];
            const { before, after } = serving;
            if (after === 0) return [`${host.host}: ${title} loses all its real servers (${before})`];
            return before - after > most * before
              ? [`${host.host}: ${title} loses ${before - after} of ${before} real servers at once`]
              : [];
          })
        : [],
    ),
  ];
}
