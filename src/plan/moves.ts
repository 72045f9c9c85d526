import type { Taking } from '../resources/kind.ts';
import { idOf } from '../resources/index.ts';
import { groupedBy } from '../text/groups.ts';
import { hasWork, type HostPlan, isReady } from './plan.ts';

/** A VIP that one director gives up and another one takes; lvsform raises it there, or an engine does. */
export interface Move {
  readonly vip: string;
  readonly giver: string;
  readonly taker: string;
  /** The stage in which it is taken. */
  readonly stage: Taking;
}

/** A VIP that a director gets. */
export interface Raised {
  readonly id: string;
  readonly address: string;
  readonly device: string;
  /** True if an engine raises it. */
  readonly engine: boolean;
}

export function movesOf(hosts: readonly HostPlan[]): Move[] {
  const givers = groupedBy(hosts, (host) => new Set(givenBy(host).map(({ vip }) => vip)));
  return hosts
    .filter((host) => host.sends)
    .flatMap((taker) =>
      raisedBy(taker).flatMap(({ id, address: vip }) => {
        const stage = (isReady(taker) && taker.state.takes?.[id]) || 'take';
        return (givers.get(vip) ?? [])
          .filter((host) => host !== taker)
          .map((host) => ({ vip, giver: host.host, taker: taker.host, stage }));
      }),
    );
}

/** The VIPs that a director gets: lvsform raises them on it, or an engine is to raise them from now on. */
export function raisedBy(host: HostPlan): Raised[] {
  if (!isReady(host) || !hasWork(host)) return [];
  const { changes, resources, comes = [] } = host.state;
  const added = new Set(changes.filter(({ verb }) => verb === 'add').map(({ id }) => id));
  return resources.flatMap((each) => {
    if (each.kind !== 'address') return [];
    const [id, engine] = [idOf(each), each.want === 'floating'];
    const raised = engine
      ? comes.includes(id)
      : each.want === 'present' && each.announce === true && added.has(id);
    return raised ? [{ id, address: each.address, device: each.interface, engine }] : [];
  });
}

/** A VIP that a director has by its manifest, and must not have any more. */
interface Given {
  readonly vip: string;
  /** Why the director keeps it; undefined if it gives it up. */
  readonly stays?: string;
  /** True if the director had it before lvsform. */
  readonly theirs?: true;
  /** True if the director's engine gives it up, by any change of the engine. */
  readonly engine: boolean;
}

export function givenBy(host: HostPlan): Given[] {
  if (!isReady(host) || !host.sends) return [];
  const removed = new Set(host.state.changes.filter(({ verb }) => verb === 'remove').map(({ id }) => id));
  const { leaving, held, stays = [] } = host.state;
  return Object.entries(leaving).flatMap(([id, { resource }]): Given[] => {
    if (resource.kind !== 'address') return [];
    const { address: vip, interface: device } = resource;
    const engine = resource.want === 'floating';
    if (!engine && resource.announce !== true) return [];
    if (stays.includes(vip)) {
      const way = `remove it there (ip addr del ${vip}/${resource.prefix} dev ${device}), and plan again`;
      return [{ vip, engine, theirs: true, stays: `which was on it before lvsform: ${way}` }];
    }
    if (id in held) return [{ vip, engine, stays: 'since removals are not allowed' }];
    return removed.has(id) ? [{ vip, engine }] : [];
  });
}
