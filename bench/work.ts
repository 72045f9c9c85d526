import { digest, digestBytes } from '../src/net/digest.ts';
import type { RosterEntry } from '../src/observe/manifest.ts';
import { type HostPlan, isReady, type Plan, type Transaction } from '../src/plan/plan.ts';

/**
 * What plans do together, a line for each host and each transaction, sorted: the same for a plan of all hosts, and for the
 * plans of its shards. What differs between any two plans of the same hosts is left out: names of plans, times, frames and the
 * fingerprints under them.
 */
export function workLines(plans: readonly Plan[]): string[] {
  return partsOf(plans)
    .map((each) => JSON.stringify(work(each)))
    .toSorted();
}

/** A digest of `workLines`, and a digest for each line, which is too long to be kept for thousands of hosts. */
export function workDigest(plans: readonly Plan[]): {
  readonly digest: string;
  readonly lines: readonly string[];
} {
  const lines = partsOf(plans).map(
    (each) => `${'id' in each ? each.id : each.host} ${digestBytes(Buffer.from(JSON.stringify(work(each))))}`,
  );
  return { digest: digest(lines.toSorted().join('\n')), lines };
}

function partsOf(plans: readonly Plan[]): (HostPlan | Transaction)[] {
  return plans.flatMap(({ hosts, transactions }) => [...hosts, ...transactions]);
}

function work(part: HostPlan | Transaction): object {
  if (!('state' in part) || !isReady(part)) return part;
  const { frame: _frame, fingerprint: _print, manifest, parting, ...state } = part.state;
  const { plan: _plan, owner: _owner, roster, ...kept } = manifest ?? {};
  const next = { ...kept, roster: roster?.map(whom) };
  return { ...part, state: { ...state, parting: parting.map((each) => each.host), manifest: next } };
}

/** Of the hosts beside a host's clusters only a plan of all hosts meets the machines. */
function whom({ machine, ...entry }: RosterEntry): object {
  return entry.beside === undefined ? { ...entry, machine } : entry;
}
