import type { LimitFunction } from 'p-limit';
import type { Manifest, RosterEntry } from '../observe/manifest.ts';
import type { Target } from '../port.ts';
import type { Judged } from './assemble.ts';
import { type Candidate, candidatesOf, type Present, type Rosters } from './candidates.ts';
import { judgeSeen, judgeSilent } from './departed.ts';
import { isOneMachine } from './identity.ts';
import { vipsOf } from './known.ts';
import type { PlanRequest } from './make.ts';
import { ownershipOf } from './ownership.ts';
import { isReading, type Look, see, type Surroundings } from './see.ts';

type Asking = Pick<PlanRequest, 'inventory' | 'keep' | 'selection'>;

/** After so many places where nobody answers, the others of a round wait for the next plan: silence costs time. */
const mostSilent = 48;

/**
 * Looks where the rosters point to, and where the rosters of those point to that have left, until nothing is new. With
 * --limit it looks at none: they stay in the rosters as they are.
 */
export async function lookForDeparted(
  request: Asking,
  rosters: Rosters,
  present: Present,
  surroundings: Surroundings,
  limit: LimitFunction,
): Promise<Judged[]> {
  const placeOf = (target: Target): string | undefined => surroundings.hosts.wayTo(target)?.place;
  if (request.selection.limit.length > 0)
    return candidatesOf(rosters, present, placeOf).map((each) => notLookedAt(each));
  let judged: Judged[] = [];
  for (let next = rosters; ;) {
    const known = judged.map(({ candidate }) => candidate);
    const candidates = candidatesOf(next, present, placeOf, known);
    if (candidates.length === 0) return judged;
    surroundings.emit({ type: 'observing', hosts: candidates.length });
    const here = { ...present, left: judged.flatMap(leaverOf) };
    const found = await unlessSilent(candidates, (candidate) =>
      limit(() => judge(candidate, request, here, surroundings)),
    );
    judged = eachMachineOnce([...judged, ...found]);
    next = rostersOfLeavers(found);
  }
}

/** Judges candidates until too many of them are silent; one note tells how many were left out. */
async function unlessSilent(
  candidates: readonly Candidate[],
  look: (candidate: Candidate) => Promise<Judged>,
): Promise<Judged[]> {
  const found: Judged[] = [];
  for (let at = 0; at < candidates.length; at += mostSilent) {
    if (found.filter(({ seen }) => !isReading(seen)).length >= mostSilent) {
      const left = candidates.length - at;
      const note = `${left} more places where hosts that have left may be were not looked at, since ${mostSilent} others do not answer: they stay in the roster (--forget NAME for those that are gone for good)`;
      const [first, ...others] = candidates.slice(at);
      return [...found, notLookedAt(first!, note), ...others.map((each) => notLookedAt(each))];
    }
    found.push(...(await Promise.all(candidates.slice(at, at + mostSilent).map(look))));
  }
  return found;
}

function notLookedAt(candidate: Candidate, note?: string): Judged {
  const reason = 'it was not looked at';
  const seen = { target: candidate.target, failure: { is: 'blocked', reasons: [reason] } } as const;
  const told = note === undefined ? {} : { note, at: candidate.from[0]! };
  return { candidate, seen, verdict: { is: 'not looked at', ...told } };
}

/** A machine that has left may be known by two names, or be reached by two ways: it is cleaned up once. */
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
      const note = `${candidate.label} is ${twin.candidate.label}`;
      result.push({ ...each, verdict: { is: 'done', at: candidate.from[0]!, note } });
    }
  }
  return result;
}

function leaverOf({ candidate: { entry }, seen, verdict }: Judged): NonNullable<Present['left']> {
  return verdict.is === 'leaver' && isReading(seen) ? [{ entry, met: seen.met }] : [];
}

/** By the hosts of the inventory that led to them, since those remember what cannot be cleaned up now. */
function rostersOfLeavers(judged: readonly Judged[]): Rosters {
  const result = new Map<string, readonly RosterEntry[]>();
  for (const { candidate, seen, verdict } of judged) {
    if (verdict.is !== 'leaver' || !isReading(seen)) continue;
    const roster = seen.observation.manifest?.roster ?? [];
    for (const from of candidate.from) result.set(from, [...(result.get(from) ?? []), ...roster]);
  }
  return result;
}

/** Looks at one candidate. */
export async function judge(
  candidate: Candidate,
  { inventory, keep }: Asking,
  present: Present,
  surroundings: Surroundings,
): Promise<Judged> {
  const isOurs = (manifest: Manifest | undefined): boolean =>
    ownershipOf(manifest, { inventory, host: candidate.entry.host, takeOver: [] }).is === 'ours';
  const look: Look = { wantedFor: () => [], isOurs, vips: vipsOf(inventory), keep };
  const seen = await see(candidate.target, look, surroundings);
  const verdict = isReading(seen)
    ? judgeSeen(candidate, seen.met, seen.observation.manifest, present)
    : judgeSilent(candidate, seen.failure, present);
  return { candidate, seen, verdict };
}
