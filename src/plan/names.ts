import { machineText, sameMachine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import type { Target } from '../port.ts';
import type { Present, Rosters } from './candidates.ts';
import type { Reading } from './see.ts';

/** What to say of a host, by its name in the inventory. */
export interface Note {
  readonly at: string;
  readonly note: string;
}

/**
 * What hosts were called before: by their own manifests, and by the rosters of others, which know the places. A rename
 * tears nothing down, so it is only said.
 */
export function renameNotes(
  readings: readonly Reading[],
  rosters: Rosters,
  { places }: Present,
  placeOf: (target: Target) => string | undefined,
): Note[] {
  const own = readings
    .filter(({ target }) => rosters.has(target.name))
    .flatMap((each) => ownNotes(each, readings));
  const byPlace = new Map([...places].map(([name, place]) => [place, name] as const));
  const heard = [...rosters].flatMap(([from, roster]) =>
    roster.flatMap((entry) => {
      const place = placeOf({ name: entry.host, ssh: entry.ssh });
      const name = place === undefined ? undefined : byPlace.get(place);
      return name === undefined ? [] : rosterNotes(entry, name, readings, from);
    }),
  );
  const all = [...own, ...heard];
  return all.filter(
    ({ at, note }, index) => all.findIndex((each) => each.at === at && each.note === note) === index,
  );
}

function ownNotes({ target: { name }, observation, met }: Reading, readings: readonly Reading[]): Note[] {
  const { manifest } = observation;
  const was = manifest?.host;
  if (was === undefined) return [];
  const original = readings.find(({ target }) => target.name === was && was !== name);
  if (original?.observation.manifest?.host === was) {
    return [{ at: name, note: `it carries a copy of what ${was} knows of lvsform: it is a clone of ${was}` }];
  }
  const { machine = {} } = manifest ?? {};
  return [
    ...(was === name ? [] : [{ at: name, note: renamed(was, name) }]),
    ...(sameMachine(machine, met.machine) === false
      ? [{ at: name, note: `its manifest was written on another machine (${machineText(machine)})` }]
      : []),
  ];
}

function rosterNotes(
  { host, machine }: RosterEntry,
  name: string,
  readings: readonly Reading[],
  from: string,
): Note[] {
  const met = readings.find(({ target }) => target.name === name)?.met;
  const other = machine && met && sameMachine(machine, met.machine) === false;
  if (other === true)
    return [
      {
        at: name,
        note: `it is another machine than before, by the roster of ${from} (${machineText(machine)})`,
      },
    ];
  return host === name ? [] : [{ at: name, note: renamed(host, name) }];
}

function renamed(was: string, name: string): string {
  return `${was} is now called ${name}`;
}

/** Notes by the hosts that they are about, each once. */
export function gathered(notes: readonly Note[]): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const { at, note } of notes) {
    const present = result.get(at) ?? [];
    if (!present.includes(note)) result.set(at, [...present, note]);
  }
  return result;
}
