import { few } from '../text/few.ts';
import { addTo } from '../text/groups.ts';

/** A note on a host, by its name in the plan. */
export interface Note {
  readonly at: string;
  readonly note: string;
  /** Hosts whose rosters say so; undefined for what lvsform has seen itself. */
  readonly by?: readonly string[];
  /** The subject of the note, after words that introduce it; notes that differ only in their subject become one line. */
  readonly of?: { readonly intro: string; readonly item: string };
}

/** Notes by their hosts: each once, and those of one kind in one line. */
export function gathered(notes: readonly Note[]): Map<string, string[]> {
  const groups = new Map<string, Note[]>();
  for (const each of notes) {
    addTo(groups, JSON.stringify([each.at, each.note, each.of?.intro]), each);
  }
  const result = new Map<string, string[]>();
  for (const group of groups.values()) {
    const { at } = group[0]!;
    addTo(result, at, joined(group));
  }
  return result;
}

export function noteText(note: Note): string {
  return joined([note]);
}

function joined(group: readonly Note[]): string {
  const [{ note, of }] = group as [Note];
  if (of !== undefined) {
    const items = [...new Set(group.flatMap((each) => (each.of === undefined ? [] : [each.of.item])))];
    return `${of.intro} ${few(items)}: ${items.length === 1 ? 'it' : 'each'} ${note}`;
  }
  if (group.some(({ by }) => by === undefined)) return note;
  return `${note}, by the roster of ${few([...new Set(group.flatMap(({ by = [] }) => by))])}`;
}
