import type { LimitFunction } from 'p-limit';
import type { Inventory } from '../model/cluster.ts';
import type { Manifest } from '../observe/manifest.ts';
import type { Judged } from './assemble.ts';
import { cutNotes, unlessCut } from './cut-rosters.ts';
import { type Candidate, candidatesOf, isCalled, type Present } from './candidates.ts';
import { judgeSeen, judgeSilent, leftBehindNote, noteOn, type Verdict } from './departed.ts';
import { formerDirectors } from './former-directors.ts';
import { isOneMachine } from './identity.ts';
import { lookInTurn, notLookedAt } from './rounds.ts';
import { type PlaceOf, vipsOf } from './known.ts';
import type { PlanRequest } from './make.ts';
import type { Note } from './notes.ts';
import { ownershipOf } from './ownership.ts';
import { hearing, type Roster, usualLogins } from './rosters.ts';
import { isReading, type Look, type Reading, see, type Surroundings } from './see.ts';

interface Asking extends Pick<PlanRequest, 'inventory' | 'keep' | 'selection'> {
  /** Names of hosts that have left and that --exclude leaves as they are. */
  readonly left: readonly string[];
}

/** What is known before the search. */
export interface Known {
  /** The rosters of the hosts of the inventory. */
  readonly rosters: readonly Roster[];
  /** The hosts of those rosters. */
  readonly readings: readonly Reading[];
  readonly present: Present;
  readonly placeOf: PlaceOf;
}

export interface Found {
  readonly judged: Judged[];
  readonly notes: Note[];
}

/**
 * Looks at the places that the rosters name, and at those in the rosters of hosts that have left, until no place is new. With
 * --limit it looks at none: the rosters keep them.
 */
export async function lookForDeparted(
  request: Asking,
  { rosters, readings, present, placeOf }: Known,
  surroundings: Surroundings,
  limit: LimitFunction,
): Promise<Found> {
  const { inventory, selection } = request;
  if (selection.limit.length > 0)
    return { judged: candidatesOf(rosters, present, placeOf).map((each) => notLookedAt(each)), notes: [] };
  const isUsual = usualLogins(inventory, rosters);
  let judged: Judged[] = [];
  for (;;) {
    const heard = [...rosters, ...rostersOfLeavers(request, readings, judged)];
    const known = judged.map(({ candidate }) => candidate);
    const candidates = candidatesOf(heard, present, placeOf, known);
    const leavers = leaversOf(judged);
    judged = judgedAgain(judged, candidates, { ...present, left: leavers });
    const done = new Set(judged.map(({ candidate }) => candidate.label));
    const fresh = candidates.filter(({ label }) => !done.has(label));
    if (fresh.length === 0 && leaversOf(judged).length === leavers.length)
      return { judged: unlessCut(judged, heard, inventory, readings), notes: heard.flatMap(cutNotes) };
    const [excluded, others] = [true, false].map((is) =>
      fresh.filter((each) => request.left.some((name) => isCalled(each, name)) === is),
    ) as [Candidate[], Candidate[]];
    const [own, beside] = [true, false].map((is) =>
      others.filter(({ entry }) => (present.beyond === undefined || entry.beside === undefined) === is),
    ) as [Candidate[], Candidate[]];
    const [open, closed] = [true, false].map((is) =>
      own.filter(({ trusted, entry }) => (trusted || isUsual(entry)) === is),
    ) as [Candidate[], Candidate[]];
    if (open.length > 0) surroundings.emit({ type: 'observing', hosts: open.length });
    const here = { ...present, left: leaversOf(judged) };
    const look = (candidate: Candidate): Promise<Judged> =>
      limit(() => judge(candidate, request, here, surroundings));
    // Places that directors name get their turn, whatever real servers make up.
    const [named, rumoured] = [true, false].map((is) => open.filter(({ trusted }) => trusted === is)) as [
      Candidate[],
      Candidate[],
    ];
    const found = [
      ...(await lookInTurn(named, surroundings.clock.now(), look)),
      ...(await lookInTurn(rumoured, surroundings.clock.now(), look)),
    ];
    judged = eachMachineOnce([
      ...judged,
      ...found,
      ...excluded.map((each) => notLookedAt(each, excludedNote(each))),
      ...closed.map((each) => notLookedAt(each, unusualNote(each))),
      ...beside.map((each) => notLookedAt(each, goneClusterNote(each, inventory))),
    ]);
  }
}

/** Hosts in the rosters of hosts that are taken over: lvsform does not look at them, and does not forget them. */
export function leftBehind(rosters: readonly Roster[], present: Present, placeOf: PlaceOf): Judged[] {
  return candidatesOf(rosters, present, placeOf).map((each) =>
    notLookedAt(each, leftBehindNote(each, each.entry.of ?? '')),
  );
}

function excludedNote(candidate: Candidate): Note {
  return noteOn(candidate, 'is no longer in the inventory, and is left as it is, since --exclude names it');
}

/**
 * A plan of one shard does not look at hosts beside its clusters: if their cluster is in the inventory, its own hosts know
 * them. A cluster that has left as a whole is in no shard.
 */
function goneClusterNote(candidate: Candidate, { clusters }: Inventory): Note | undefined {
  const { beside } = candidate.entry;
  if (clusters.some(({ name }) => name === beside)) return undefined;
  const note = `was a director of the cluster ${beside}, which is no longer in the inventory: to clean it up, plan without --shard`;
  return noteOn(candidate, note, candidate.label);
}

/** A real server must not choose the user or the sudo with which lvsform logs in anywhere. */
export function unusualNote(candidate: Candidate): Note {
  const { user, sudo } = candidate.entry.ssh;
  const login = `${user === undefined ? 'the usual user' : `the user ${user}`} ${sudo ? 'and' : 'without'} sudo`;
  return noteOn(
    candidate,
    `is not looked at, since its roster entry asks for ${login}, which no host of this inventory uses (if that was your login: apply once with it, then change it)`,
  );
}

/**
 * A later roster may show that a director names a place. Then lvsform looks at it, if it was left out before, or if it did
 * not answer where hearsay had it.
 */
function judgedAgain(
  judged: readonly Judged[],
  candidates: readonly Candidate[],
  present: Present,
): Judged[] {
  const byLabel = new Map(candidates.map((each) => [each.label, each] as const));
  return judged.flatMap(({ candidate: before, seen, verdict }): Judged[] => {
    const candidate = byLabel.get(before.label)!;
    if (isReading(seen)) {
      // Hosts that have left and were found since may be the ones that it knows.
      const again = verdict.is === 'kept';
      const { manifest } = seen.observation;
      return [
        { candidate, seen, verdict: again ? judgeSeen(candidate, seen.met, manifest, present) : verdict },
      ];
    }
    const isSkipped = verdict.is === 'not looked at';
    const otherWay = JSON.stringify(candidate.entry.ssh) !== JSON.stringify(before.entry.ssh);
    if (candidate.trusted && !before.trusted && (isSkipped || otherWay)) return [];
    return [
      { candidate, seen, verdict: isSkipped ? verdict : judgeSilent(candidate, seen.failure, present) },
    ];
  });
}

/** A machine that has left may have two names, or two places: it is cleaned up once. */
function eachMachineOnce(judged: readonly Judged[]): Judged[] {
  const result: Judged[] = [];
  for (const each of judged) {
    const { seen, verdict, candidate } = each;
    const twin =
      verdict.is === 'leaver' &&
      isReading(seen) &&
      result.find((other) => leaverOf(other).some(({ met }) => isOneMachine(met, seen.met)));
    if (!twin) result.push(each);
    else {
      const note = noteOn(candidate, `is ${twin.candidate.label}`, candidate.label);
      result.push({ ...each, verdict: { is: 'done', note } });
    }
  }
  return result;
}

function leaversOf(judged: readonly Judged[]): NonNullable<Present['left']> {
  return judged.flatMap(leaverOf);
}

function leaverOf({ candidate: { entry }, seen, verdict }: Judged): NonNullable<Present['left']> {
  return verdict.is === 'leaver' && isReading(seen) ? [{ entry, met: seen.met }] : [];
}

/** The rosters of hosts that have left: hearsay until one of our hosts names the host as a director. */
function rostersOfLeavers(
  { inventory }: Asking,
  readings: readonly Reading[],
  judged: readonly Judged[],
): Roster[] {
  const leavers = judged.flatMap(({ candidate: { from }, seen, verdict }) =>
    verdict.is === 'leaver' && isReading(seen) ? [{ from, seen }] : [],
  );
  if (leavers.length === 0) return [];
  const directed = formerDirectors(inventory, [...readings, ...leavers.map(({ seen }) => seen)]);
  const heard = hearing(inventory);
  return leavers.map(({ from, seen }) => heard(seen, directed(seen), from));
}

/** Looks at one candidate. */
async function judge(
  candidate: Candidate,
  { inventory, keep }: Asking,
  present: Present,
  surroundings: Surroundings,
): Promise<Judged> {
  const isOurs = (manifest: Manifest | undefined): boolean =>
    ownershipOf(manifest, { inventory, host: candidate.entry.host, takeOver: [] }).is === 'ours';
  const look: Look = { wantedFor: () => [], isOurs, vips: vipsOf(inventory), keep };
  const seen = await see(candidate.target, look, surroundings);
  const verdict: Verdict = isReading(seen)
    ? judgeSeen(candidate, seen.met, seen.observation.manifest, present)
    : judgeSilent(candidate, seen.failure, present);
  return { candidate, seen, verdict };
}
