import type { Secrets } from '../model/secret.ts';
import { families, type Family } from '../model/family.ts';
import { type Observation, readObservation } from '../observe/observation.ts';
import type { Manifest } from '../observe/manifest.ts';
import { type ProbeResources, probeScript } from '../observe/probe.ts';
import { UnusableAnswer } from '../shell/unusable.ts';
import { type Clock, HostFailure, type Hosts, type Target } from '../port.ts';
import type { Emit } from './events.ts';
import type { Resource } from '../resources/index.ts';
import { leavingResources } from './host.ts';
import type { Met } from './identity.ts';
import type { HostPlan, Ready } from './plan.ts';

export interface Surroundings {
  /** True once the user has stopped the run: nothing more is begun. */
  readonly stopped?: () => boolean;
  /** Seconds that a host waits before it undoes a change that may have cut it off. */
  readonly confirmSeconds?: number;
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The values of the secrets in the documents that are written. */
  readonly secrets?: Secrets;
}

/** A host that was read, or why it could not be read. */
export type Seen = Reading | { readonly target: Target; readonly failure: Exclude<HostPlan['state'], Ready> };

export function isReading(seen: Seen): seen is Reading {
  return 'observation' in seen;
}

export interface Reading {
  readonly target: Target;
  readonly frame: string;
  readonly observation: Observation;
  readonly wanted: readonly Resource[];
  /** What is to be removed; empty on a host that is not ours. */
  readonly leaving: readonly Resource[];
  readonly met: Met;
}

/** What is needed to read a host. */
export interface Look {
  readonly wantedFor: (family: Family) => readonly Resource[];
  /** The families for which the host is asked at first; all if it is left out. */
  readonly families?: Families;
  /** True if the inventory owns the host, by its manifest. */
  readonly isOurs: (manifest: Manifest | undefined) => boolean;
  /** Addresses that move from host to host. */
  readonly vips: ReadonlySet<string>;
  /** True if an apply follows, over the same connection. */
  readonly keep: boolean;
}

/**
 * The families that the hosts of a plan have, as far as they have answered. To make resources takes time, so a host is asked
 * for these alone, and for all of them while no host has answered.
 */
export class Families {
  readonly #met = new Set<Family>();

  expected(): readonly Family[] {
    return this.#met.size === 0 ? families : [...this.#met];
  }

  meet(family: Family): void {
    this.#met.add(family);
  }
}

/**
 * Reads one host: in one round trip, or in one more if something there is to be removed, or if it has another family than all
 * hosts that have answered.
 */
export async function see(target: Target, look: Look, surroundings: Surroundings): Promise<Seen> {
  const { hosts, emit } = surroundings;
  try {
    const reading = await read(target, look, surroundings);
    emit({ type: 'observed', host: target.name });
    return reading;
  } catch (error) {
    const failure = failureOf(error);
    emit({
      type: 'observed',
      host: target.name,
      failure: failure.is === 'unreachable' ? failure.reason : failure.reasons.join('; '),
    });
    return { target, failure };
  } finally {
    if (!look.keep) hosts.release(target);
  }
}

async function read(
  target: Target,
  { wantedFor, families: known = new Families(), isOurs, vips }: Look,
  { hosts, clock }: Surroundings,
): Promise<Reading> {
  const frame = clock.random();
  const ask = async (resources: ProbeResources): Promise<Observation> => {
    const raw = await hosts.run(target, probeScript(resources, frame), 'read');
    return orUnusable(() => readObservation(raw, frame));
  };
  const asked = known.expected();
  let observation = await ask(Object.fromEntries(asked.map((family) => [family, wantedFor(family)])));
  const { family } = observation.facts;
  known.meet(family);
  const wanted = wantedFor(family);
  const { manifest } = observation;
  const leaving = isOurs(manifest) ? orUnusable(() => leavingResources(manifest, wanted)) : [];
  if (leaving.length > 0 || !asked.includes(family))
    observation = await ask({ [family]: [...wanted, ...leaving] });
  return { target, frame, observation, wanted, leaving, met: metAs(target, observation, vips, hosts) };
}

/** The machine that answered, with all that tells it from others. */
function metAs(target: Target, { facts }: Observation, vips: ReadonlySet<string>, hosts: Hosts): Met {
  const way = hosts.wayTo(target);
  return {
    name: target.name,
    place: way?.place,
    machine: { ...facts.machine, ...(way?.key === undefined ? {} : { key: way.key }) },
    running: facts.running,
    addresses: facts.addresses.filter((address) => !vips.has(address)),
  };
}

/** A host's answer may make no sense: then that host cannot be changed, and the others can. */
export function orUnusable<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof UnusableAnswer) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const what = isOwnMistake(error)
      ? `lvsform failed on what it answered, which is a bug of lvsform; please report it: ${why}${placeOf(error)}`
      : `its answer makes no sense to lvsform: ${why}`;
    throw new UnusableAnswer(what, { cause: error });
  }
}

/** True for an error that JavaScript itself throws: then the code is wrong, whatever a host says. */
function isOwnMistake(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

/** Where in the code an error was thrown, by its stack. */
function placeOf({ stack = '' }: Error): string {
  const place = stack.split('\n').find((line) => line.startsWith('    at '));
  return place === undefined ? '' : ` (${place.trim()})`;
}

function failureOf(error: unknown): Exclude<HostPlan['state'], Ready> {
  if (error instanceof HostFailure) return { is: 'unreachable', reason: error.message, why: error.reason };
  if (error instanceof UnusableAnswer) return { is: 'blocked', reasons: [error.message] };
  throw error;
}
