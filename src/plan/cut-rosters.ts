import type { Inventory } from '../model/cluster.ts';
import type { Judged } from './assemble.ts';
import { doubter } from './doubt.ts';
import { callsItselfDirector } from './former-directors.ts';
import type { Note } from './notes.ts';
import { mostHearsay, type Roster } from './rosters.ts';
import { isReading, type Reading } from './see.ts';

/** What to say of a roster that names more places than are looked at on the word of its host. */
export function cutNotes({ of, cut }: Roster): Note[] {
  const note = `its roster names ${cut} more places, which are not looked at: only a director's roster may have so many`;
  return cut === 0 ? [] : [{ at: of, note }];
}

/**
 * A host that has left, calls itself a director, and names more hosts than are looked at on its word alone is the last that
 * knows the others: it stays as it is.
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
  return `it calls itself a director, and no director of this inventory knows it as one: on its own word only ${mostHearsay} of the hosts in its roster are looked at, and nobody else knows the other ${cut}. Put it back into the inventory, apply, and take it out again; or leave it as it is: lvsform forget ${label}`;
}
