import { digest } from '../src/net/digest.ts';
import type { RosterEntry } from '../src/observe/manifest.ts';
import { isReady, type Plan } from '../src/plan/plan.ts';

/**
 * A digest of what plans together do: the same for a plan of all hosts, and for the plans of its shards. What differs between
 * any two plans of the same hosts is left out: names of plans, times, frames and the fingerprints under them.
 */
export function workOf(plans: readonly Plan[]): {
  readonly digest: string;
  readonly lines: readonly string[];
} {
  const hosts = plans
    .flatMap((plan) => plan.hosts)
    .map((host) => {
      if (!isReady(host)) return host;
      const { frame: _frame, fingerprint: _print, manifest, parting, ...state } = host.state;
      const { plan: _plan, owner: _owner, roster, ...kept } = manifest ?? {};
      return {
        ...host,
        state: {
          ...state,
          parting: parting.map((each) => each.host),
          manifest: { ...kept, roster: roster?.map(whom) },
        },
      };
    });
  const done = plans.flatMap(({ transactions }) => transactions);
  const lines = [...hosts, ...done].map((each) => JSON.stringify(each)).toSorted();
  return { digest: digest(lines.join('\n')), lines };
}

/** Of the hosts beside a host's clusters only a plan of all hosts meets the machines. */
function whom({ machine, ...entry }: RosterEntry): object {
  return entry.beside === undefined ? { ...entry, machine } : entry;
}
