import type { Answer } from '../shell/answer.ts';
import type { Observation } from '../observe/observation.ts';
import { observedOf } from '../observe/observation.ts';
import type { Machine } from '../model/machine.ts';
import { type Manifest, manifestIn, type Owner, type RosterEntry } from '../observe/manifest.ts';
import type { Change } from '../resources/kind.ts';
import { foundIn } from './found.ts';
import { handOver } from './hand-over.ts';
import { heldBy } from './holds.ts';
import { leftoverDetails, nextManifest, rosterDetails, strandedState } from './next-manifest.ts';
import { UnusableManifest } from '../shell/unusable.ts';
import { short } from '../text/clean.ts';
import { idOf, kindNamed, kindOf, type Resource } from '../resources/index.ts';
import { activeIn } from './untouched.ts';
import { compareAll, type Basis, type Comparisons } from './compare.ts';
import { quiescedFirst } from './draining.ts';
import { isEngineFile, withHeld } from './held-back.ts';
import { takenLater } from './taking.ts';
import { allowsAll, type Policy } from './policy.ts';
import { withinSize } from './size.ts';
import type { Blocked, Parting, Ready } from './plan.ts';

/** What a host is to have, and what its manifest is to say of it. */
export interface HostIntent {
  readonly wanted: readonly Resource[];
  readonly owner: Owner;
  readonly host: string;
  readonly machine: Machine;
  readonly clusters: readonly string[];
  readonly roster: readonly RosterEntry[];
  /** As in Basis. */
  readonly elsewhere?: string;
}

/**
 * What is ours by the manifest and no longer wanted, as the resources that bring back what was there before. Throws
 * UnusableManifest for what a newer lvsform has set up there.
 */
export function leavingResources(manifest: Manifest | undefined, wanted: readonly Resource[]): Resource[] {
  const ids = new Set(wanted.map(idOf));
  return Object.entries(manifest?.resources ?? {})
    .filter(([id]) => !ids.has(id))
    .flatMap(([, { resource, before }]) => {
      if (kindNamed(resource.kind) === undefined) {
        throw new UnusableManifest(
          `/var/lib/lvsform/manifest.json has a resource of the kind ${resource.kind}, which this lvsform does not know: use a newer one`,
        );
      }
      const back = kindOf(resource).restore(resource, before);
      return back === undefined ? [] : [back];
    });
}

/**
 * Compares a host with what it is to have. `leaving` are the resources of `leavingResources`; the observation must cover
 * both. `parting` are roster entries of hosts that the same plan cleans up.
 */
export function planHost(
  intent: HostIntent,
  leaving: readonly Resource[],
  observation: Observation,
  frame: string,
  planId: string,
  policy: Policy,
  parting: readonly Parting[] = [],
): Ready | Blocked {
  const { wanted, elsewhere } = intent;
  const resources = [...wanted, ...leaving];
  const observed = observedOf(observation.answer, resources);
  const ours = Object.keys(observation.manifest?.resources ?? {});
  const basis = { ...observation, family: observation.facts.family, policy, ours };
  const waits = elsewhere === undefined ? {} : { elsewhere };
  const compared = compareAll(wanted, leaving, observed, { ...basis, ...waits });
  const { changes, notes, blockers, held, kept } = compared;
  blockers.push(...strandedState(observation.answer));
  if (blockers.length > 0) return { is: 'blocked', reasons: blockers.map((each) => short(each, 2000)) };
  const had = new Set(ours);
  const left = leftOut(wanted, compared.held, changes);
  const { taken, gone, staying } = recorded(intent, compared, left, observation.manifest, policy);
  const manifest = nextManifest(taken, observed, observation.manifest, planId, staying);
  const holds = resources.flatMap((each) => heldBy(each, observed, observation.manifest));
  const addresses = wanted.flatMap((each) => (each.kind === 'address' ? [each] : []));
  const first = policy.switchOver ? handOver(addresses, holds, changes) : [];
  return withinSize({
    is: 'ready',
    family: observation.facts.family,
    system: observation.facts.system,
    frame,
    fingerprint: observation.fingerprint,
    resources,
    changes: [...first, ...changes],
    roster: [...rosterDetails(observation.manifest, manifest), ...leftoverDetails(observation.answer)],
    parting,
    notes,
    active: activeIn(observation),
    holds,
    manifest,
    ...foundIn(observation.manifest),
    ...(isDirector(wanted) ? { comes: wanted.map(idOf).filter((id) => !had.has(id) && !left.has(id)) } : {}),
    ...staysOf(gone, observation),
    leaving: gone,
    held,
    ...(kept === undefined ? {} : { kept }),
    ...waits,
    policy,
    ours: allowsAll(policy) ? [] : ours,
  });
}

/**
 * What the manifest will record. What is not added now (`left`) is not ours; what is not removed now, or stays with its maker,
 * stays in the manifest as it is (`staying`, of `gone`, which the intent no longer has).
 */
function recorded(
  intent: HostIntent,
  { held, unhanded }: Pick<Comparisons, 'held' | 'unhanded'>,
  left: ReadonlySet<string>,
  manifest: Manifest | undefined,
  policy: Policy,
): { taken: HostIntent; gone: Manifest['resources']; staying: Manifest['resources'] } {
  const known = manifest?.resources ?? {};
  const ourNext = intent.wanted.filter((each) => idOf(each) in known || !left.has(idOf(each)));
  const keeps = policy.allow.includes('remove') ? undefined : manifest;
  const kept = (each: Resource): Resource | undefined =>
    unhanded.has(idOf(each)) ? known[idOf(each)]?.resource : undefined;
  const ids = new Set(intent.wanted.map(idOf));
  const gone = Object.entries(known).filter(([id]) => !ids.has(id));
  return {
    taken: { ...intent, wanted: ourNext.map((each) => kept(each) ?? withHeld(each, keeps)) },
    gone: Object.fromEntries(gone),
    staying: Object.fromEntries(gone.filter(([id]) => id in held || unhanded.has(id))),
  };
}

/** The VIPs among the leaving resources that the host had before lvsform, and has now. */
function staysOf(gone: Manifest['resources'], { facts }: Observation): Pick<Ready, 'stays'> {
  const stays = Object.values(gone).flatMap(({ resource, before }) => {
    if (resource.kind !== 'address' || resource.announce !== true) return [];
    const isTheirs = kindOf(resource).restore(resource, before) === undefined;
    return isTheirs && facts.addresses.includes(resource.address) ? [resource.address] : [];
  });
  return stays.length === 0 ? {} : { stays };
}

/** Ids of what is held back as a whole; with the file of an engine, all that the engine would make. */
function leftOut(
  wanted: readonly Resource[],
  held: Readonly<Record<string, string>>,
  changes: readonly Change[],
): Set<string> {
  if (Object.keys(held).length === 0) return new Set();
  const done = new Set(changes.map(({ id }) => id));
  const isHeld = (each: Resource): boolean => idOf(each) in held && !done.has(idOf(each));
  const engineWaits = wanted.some((each) => isEngineFile(each) && isHeld(each));
  return new Set(wanted.filter((each) => isHeld(each) || (engineWaits && isMadeByEngine(each))).map(idOf));
}

function isMadeByEngine(each: Resource): boolean {
  return each.kind === 'address'
    ? each.want === 'floating'
    : each.kind === 'virtual-service' && each.want !== 'absent' && each.owner !== undefined;
}

function isDirector(wanted: readonly Resource[]): boolean {
  return wanted.some(({ kind }) => kind === 'virtual-service');
}

/** What still differs on a host, by its answer and the manifest in it: the changes of a plan that is made now. */
export function stillToDo(ready: Ready, answer: Answer): Change[] {
  const leaves = new Set(Object.keys(ready.leaving));
  const wanted = ready.resources.filter((resource) => !leaves.has(idOf(resource)));
  const leaving = ready.resources.filter((resource) => leaves.has(idOf(resource)));
  const { policy, ours, elsewhere } = ready;
  const manifest = usableManifest(answer);
  const { family } = ready;
  const known = { family, answer, connections: new Map(), manifest, policy, ours };
  const basis: Basis = elsewhere === undefined ? known : { ...known, elsewhere };
  const { changes } = compareAll(wanted, leaving, observedOf(answer, ready.resources), basis);
  return quiescedFirst(takenLater(changes, ready.takes), ready);
}

/** The manifest in an answer. One that cannot be read counts as none; the next plan says what is wrong with it. */
export function usableManifest(answer: Answer): Manifest | undefined {
  try {
    return manifestIn(answer);
  } catch (error) {
    if (error instanceof UnusableManifest) return undefined;
    throw error;
  }
}
