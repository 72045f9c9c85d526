import { machineText, sameMachine } from '../model/machine.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import { addTo } from '../text/groups.ts';
import type { Present } from './candidates.ts';
import type { Met } from './identity.ts';
import type { PlaceOf } from './known.ts';
import { few } from '../text/few.ts';
import type { Note } from './notes.ts';
import type { Roster } from './rosters.ts';
import type { Reading } from './see.ts';

/**
 * Notes on the former names of hosts, by their own manifests and by the rosters of others, which know the places. A rename
 * changes nothing on a host, so it is only a note. What a real server's roster says about another host is a note on that
 * real server.
 */
export function renameNotes(
  readings: readonly Reading[],
  rosters: readonly Roster[],
  { places }: Present,
  placeOf: PlaceOf,
): Note[] {
  const byName = new Map(readings.map((each) => [each.target.name, each] as const));
  const ours = new Set(rosters.map(({ of }) => of));
  const own = readings
    .filter(({ target }) => ours.has(target.name))
    .flatMap((each) => ownNotes(each, byName));
  const hosts = new Map([...places].map(([name, place]) => [place, name] as const));
  const said = rosters.flatMap((roster) =>
    roster.entries.flatMap((entry) => {
      const place = placeOf({ name: entry.host, ssh: entry.ssh });
      const name = place === undefined ? undefined : hosts.get(place);
      return name === undefined ? [] : claimsOf(entry, name, byName.get(name)?.met, roster);
    }),
  );
  const { renames, machines } = merged(said);
  const told = new Set(own.map(({ at, note }) => `${at} ${note}`));
  return [
    ...own,
    ...byHost(renames.filter(({ name, was }) => !told.has(`${name} ${renamed([was], name)}`))).map((claims) =>
      renameNote(claims),
    ),
    ...byHost(machines).map((claims) => machineNote(claims)),
  ];
}

function ownNotes(
  { target: { name }, observation, met }: Reading,
  byName: ReadonlyMap<string, Reading>,
): Note[] {
  const { manifest } = observation;
  const was = manifest?.host;
  if (was === undefined) return [];
  const original = was === name ? undefined : byName.get(was);
  if (original?.observation.manifest?.host === was) {
    return [{ at: name, note: `it has a copy of the manifest of ${was}: it is a clone of ${was}` }];
  }
  const { machine = {} } = manifest ?? {};
  return [
    ...(was === name ? [] : [{ at: name, note: renamed([was], name) }]),
    ...(sameMachine(machine, met.machine) === false
      ? [{ at: name, note: `its manifest was written on another machine (${machineText(machine)})` }]
      : []),
  ];
}

/** What a roster says about a host of the inventory: another name, or another machine. */
interface Claim {
  readonly name: string;
  readonly is: 'name' | 'machine';
  readonly was: string;
  readonly trusted: boolean;
  readonly by: string[];
}

function claimsOf(
  { host, machine }: RosterEntry,
  name: string,
  met: Met | undefined,
  { of, trusted }: Roster,
): Claim[] {
  const claim = { name, trusted, by: [of] };
  if (machine !== undefined && met !== undefined && sameMachine(machine, met.machine) === false)
    return [{ ...claim, is: 'machine', was: machineText(machine) }];
  return host === name ? [] : [{ ...claim, is: 'name', was: host }];
}

/** Each claim once, with all hosts that make it; hearsay only if no director says the same. */
function merged(said: readonly Claim[]): { renames: Claim[]; machines: Claim[] } {
  const found = new Map<string, Claim>();
  for (const each of said.toSorted((one, other) => Number(other.trusted) - Number(one.trusted))) {
    const key = `${each.is} ${each.name} ${each.was}`;
    const before = found.get(key);
    if (before === undefined) found.set(key, { ...each, by: [...each.by] });
    else if (before.trusted === each.trusted) before.by.push(...each.by);
  }
  const all = [...found.values()];
  return {
    renames: all.filter(({ is }) => is === 'name'),
    machines: all.filter(({ is }) => is === 'machine'),
  };
}

/** Groups of claims, for one line each: those of directors by their subject, others by the host that makes them. */
function byHost(claims: readonly Claim[]): Claim[][] {
  const groups = new Map<string, Claim[]>();
  for (const each of claims) {
    const key = `${each.trusted ? each.name : ''} ${each.by.join(' ')}`;
    addTo(groups, key, each);
  }
  return [...groups.values()];
}

function renameNote(claims: readonly Claim[]): Note {
  const [{ name, trusted, by }] = claims as [Claim];
  if (trusted)
    return {
      at: name,
      note: renamed(
        claims.map(({ was }) => was),
        name,
      ),
      by,
    };
  const items = claims.map((each) => `${each.was} for ${each.name}`);
  return { at: by[0]!, note: `only the roster of ${few([...new Set(by)])} has other names: ${few(items)}` };
}

function machineNote(claims: readonly Claim[]): Note {
  const [{ name, trusted, by }] = claims as [Claim];
  const who = few([...new Set(by)]);
  if (trusted) {
    const was = few(claims.map((each) => each.was));
    return { at: name, note: `it is another machine than before, by the roster of ${who} (${was})` };
  }
  const items = claims.map((each) => `${each.name} (${each.was})`);
  return { at: by[0]!, note: `only the roster of ${who} has other machines: ${few(items)}` };
}

function renamed(was: readonly string[], name: string): string {
  return `${few(was)} ${was.length === 1 ? 'is' : 'are'} now called ${name}`;
}
