import type { Secrets } from '../model/secret.ts';
import { families, type Family } from '../model/family.ts';
import { type Observation, readObservation } from '../observe/observation.ts';
import { probeScript } from '../observe/probe.ts';
import { UnusableAnswer } from '../observe/unusable.ts';
import { type Clock, HostFailure, type Hosts, type Target } from '../port.ts';
import type { Emit } from '../report/events.ts';
import type { Resource } from '../resources/index.ts';
import { leavingResources } from './host.ts';
import type { HostPlan } from './plan.ts';

export interface Surroundings {
  /** True once the user wants nothing more to be begun. */
  readonly stopped?: () => boolean;
  /** Seconds that a host waits before it takes back a change that may have cut it off. */
  readonly confirmSeconds?: number;
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The values of the secrets in the documents that are written. */
  readonly secrets?: Secrets;
}

/** A host that was read, or why it could not be. */
export type Seen =
  | {
      readonly target: Target;
      readonly frame: string;
      readonly observation: Observation;
      readonly wanted: Resource[];
      readonly leaving: Resource[];
    }
  | { readonly target: Target; readonly failure: HostPlan['state'] };

/** Reads one host: one round trip, and one more where something there is on its way out. */
export async function see(
  target: Target,
  wantedFor: (family: Family) => Resource[],
  keep: boolean,
  { hosts, clock, emit }: Surroundings,
): Promise<Seen> {
  const frame = clock.random();
  const read = async (resources: Parameters<typeof probeScript>[0]): Promise<Observation> =>
    readObservation(await hosts.run(target, probeScript(resources, frame)), frame);
  try {
    let observation = await read(Object.fromEntries(families.map((family) => [family, wantedFor(family)])));
    const { family } = observation.facts;
    const wanted = wantedFor(family);
    const leaving = leavingResources(observation.manifest, wanted);
    if (leaving.length > 0) observation = await read({ [family]: [...wanted, ...leaving] });
    emit({ type: 'observed', host: target.name });
    return { target, frame, observation, wanted, leaving };
  } catch (error) {
    const failure = failureOf(error);
    emit({
      type: 'observed',
      host: target.name,
      failure: failure.is === 'unreachable' ? failure.reason : failure.reasons.join('; '),
    });
    return { target, failure };
  } finally {
    if (!keep) hosts.release(target);
  }
}

function failureOf(error: unknown): Exclude<HostPlan['state'], { is: 'ready' }> {
  if (error instanceof HostFailure) return { is: 'unreachable', reason: error.message };
  if (error instanceof UnusableAnswer) return { is: 'blocked', reasons: [error.message] };
  throw error;
}
