import type { Inventory } from '../model/cluster.ts';
import type { Judged } from './assemble.ts';
import { doubter } from './doubt.ts';
import { callsItselfDirector } from './former-directors.ts';
import type { Note } from './notes.ts';
import { mostHearsay, type Roster } from './rosters.ts';
import { isReading, type Reading } from './see.ts';

/** The note on a roster that names more places than lvsform looks at on that host's word. */
export function cutNotes({ of, cut }: Roster): Note[] {
  const note = `its roster names ${cut} more places, which are not looked at: only a director's roster may have so many`;
  return cut === 0 ? [] : [{ at: of, note }];
}

/**
 * Leaves a departed host as it is, if it says that it is a director and names more hosts than lvsform looks at on its word
 * alone: no other host knows the rest of them.
 */
export function unlessCut(
  judged: readonly Judged[],
  heard: readonly Roster[],
  inventory: Inventory,
  readings: readonly Reading[],
): Judged[] {
  const cuts = new Map(heard.map(({ of, cut }) => [of, cut] as const));
  const seen = judged.map((each) => each.seen).filter(isReading);
  const isDoubted = doubter(inventory, [...readings, ...seen]);
  return judged.map((each): Judged => {
    const { label } = each.candidate;
    const cut = cuts.get(label) ?? 0;
    if (each.verdict.is !== 'leaver' || !isReading(each.seen) || cut === 0) return each;
    if (!callsItselfDirector(each.seen) || isDoubted(each.seen)) return each;
    return { ...each, verdict: { is: 'leaver', unless: lastThatKnows(label, cut) } };
  });
}

function lastThatKnows(label: string, cut: number): string {
  return `it says that it is a director, but no director of this inventory confirms that. So lvsform looks at only ${mostHearsay} of the hosts in its roster, and no other host knows the remaining ${cut}. Put it back into the inventory, apply, and take it out again; or leave it as it is: lvsform forget ${label}`;
}
