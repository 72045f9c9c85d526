import type { Observation } from '../observe/observation.ts';
import { foundIn } from './found.ts';
import type { Ready } from './plan.ts';
import { withinSize } from './size.ts';
import type { Policy } from './policy.ts';

/** The plan of a host on which nothing is changed, whatever is there. */
export function untouched(
  observation: Observation,
  frame: string,
  policy: Policy,
  notes: readonly string[],
): Ready {
  const { facts, fingerprint, manifest } = observation;
  return withinSize({
    is: 'ready',
    family: facts.family,
    system: facts.system,
    frame,
    fingerprint,
    resources: [],
    changes: [],
    roster: [],
    parting: [],
    notes,
    active: activeIn(observation),
    holds: [],
    manifest,
    ...foundIn(manifest),
    leaving: {},
    held: {},
    policy,
    ours: [],
  });
}

/** Connections that were active. */
export function activeIn({ connections }: Observation): number {
  return [...connections.values()].reduce((sum, each) => sum + each, 0);
}
