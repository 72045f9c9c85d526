import type { Event } from '../../src/plan/events.ts';

/** Which hosts were at work together: a new group begins once everybody of the one before has ended. */
export function batchesOf(events: readonly Event[]): string[][] {
  const groups: string[][] = [];
  const working = new Set<string>();
  for (const event of events) {
    if (event.type === 'transaction') {
      if (working.size === 0) groups.push([]);
      working.add(event.transaction);
      groups.at(-1)!.push(event.host);
    } else if (event.type === 'transaction-end') working.delete(event.transaction);
  }
  return groups.map((group) => group.toSorted());
}
