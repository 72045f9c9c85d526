import { failoverFactsOf } from '../model/failover.ts';
import type { AddressResource } from '../resources/address.ts';
import type { Change } from '../resources/kind.ts';
import { run } from '../resources/orders.ts';

/** The id of the change that hands VIPs over. A later comparison never finds it missing. */
export const handOverId = 'hand-over:';

/**
 * With --switch-over, a director hands its VIPs over before it is changed, to another one that was changed before it.
 * Nothing if it has no VIPs, or nothing to change.
 */
export function handOver(
  addresses: readonly AddressResource[],
  holds: readonly string[],
  changes: readonly Change[],
): Change[] {
  const held = addresses.flatMap(({ address, moves }) =>
    moves !== undefined && holds.includes(address) ? [{ address, moves }] : [],
  );
  if (held.length === 0 || changes.length === 0) return [];
  const groups = new Map(held.map(({ moves: { group, engine } }) => [group, engine]));
  const vips = held.map(({ address }) => address);
  const title = `hand ${vips.join(', ')} over to another director`;
  const commands = [...groups].map(([group, engine]) => {
    const own = held.filter(({ moves }) => moves.group === group);
    return [failoverFactsOf(engine).handOver, group, ...own.map(({ address }) => address)];
  });
  const interrupts = [`${vips.join(', ')} moves to another director`];
  // For each group, it waits 120 s until the VIPs are gone, and 120 s until they are elsewhere.
  const action = {
    ...run({ stage: 'prepare', of: 'handOver' }, title, commands),
    limit: 300 * groups.size,
  };
  return [{ id: handOverId, verb: 'change', title, details: [], actions: [action], interrupts }];
}
