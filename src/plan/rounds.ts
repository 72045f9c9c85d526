import type { Judged } from './assemble.ts';
import type { Candidate } from './candidates.ts';
import type { Note } from './notes.ts';
import { isReading } from './see.ts';

/** After this many places without an answer, the others wait for another plan: each silent place costs time. */
const mostSilent = 48;

/** Looks at candidates until too many of them are silent; one note says how many were left out. */
export async function lookInTurn(
  candidates: readonly Candidate[],
  now: Date,
  look: (candidate: Candidate) => Promise<Judged>,
): Promise<Judged[]> {
  const waiting = candidates.length > mostSilent ? inTurn(candidates, now) : candidates;
  const found: Judged[] = [];
  for (let at = 0; at < waiting.length; at += mostSilent) {
    if (found.filter(({ seen }) => !isReading(seen)).length >= mostSilent)
      return [...found, ...leftOut(waiting.slice(at))];
    found.push(...(await Promise.all(waiting.slice(at, at + mostSilent).map(look))));
  }
  return found;
}

/** The fractional parts of its multiples spread evenly between 0 and 1, whatever the step between the multiples. */
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * Begins at another place in each plan, by its time alone. So plans that are made each minute, hour or day, or at any time,
 * reach each place in the end, however many silent ones come before it.
 */
export function inTurn<T>(items: readonly T[], now: Date): T[] {
  const seconds = Math.floor(now.getTime() / 1000);
  const first = Math.floor(((seconds * golden) % 1) * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}

function leftOut(candidates: readonly Candidate[]): Judged[] {
  const [first, ...others] = candidates as [Candidate, ...Candidate[]];
  const note = {
    at: first.trusted ? first.from[0]! : first.namedBy[0]!,
    note: `${candidates.length} more places of hosts that may have left were not looked at, since ${mostSilent} others do not answer: later plans look there, and the roster keeps them (for hosts that are gone for good: --forget NAME)`,
  };
  return [notLookedAt(first, note), ...others.map((each) => notLookedAt(each))];
}

export function notLookedAt(candidate: Candidate, note?: Note): Judged {
  const reason = 'it was not looked at';
  const seen = { target: candidate.target, failure: { is: 'blocked', reasons: [reason] } } as const;
  return { candidate, seen, verdict: { is: 'not looked at', ...(note === undefined ? {} : { note }) } };
}
