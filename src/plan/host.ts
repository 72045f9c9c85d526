import type { Family } from '../model/family.ts';
import type { Answer } from '../observe/answer.ts';
import type { Observation } from '../observe/observation.ts';
import { observedOf } from '../observe/observation.ts';
import type { Machine } from '../model/machine.ts';
import { type Manifest, manifestIn, type Owner, type RosterEntry } from '../observe/manifest.ts';
import type { Change, Context } from '../resources/kind.ts';
import { foundIn } from './found.ts';
import { handOver } from './hand-over.ts';
import { changesHands, heldBy, isFromEngine } from './holds.ts';
import { leftoverDetails, nextManifest, rosterDetails, strandedState } from './next-manifest.ts';
import { UnusableManifest } from '../observe/unusable.ts';
import { short } from '../report/clean.ts';
import { byKind, idOf, kindNamed, kindOf, type Resource } from '../resources/index.ts';
import { activeIn } from './untouched.ts';
import { heldText, keepingLines, lostIn, withHeld } from './held-back.ts';
import { takenLater } from './taking.ts';
import { allowsAll, permitted, type Policy } from './policy.ts';
import { withinSize } from './size.ts';
import { isUnitFile, reloadAction } from '../resources/unit.ts';
import type { Blocked, Parting, Ready } from './plan.ts';

/** What a host is to have, and what its manifest is to say of it. */
export interface HostIntent {
  readonly wanted: readonly Resource[];
  readonly owner: Owner;
  readonly host: string;
  readonly machine: Machine;
  readonly clusters: readonly string[];
  readonly roster: readonly RosterEntry[];
}

/**
 * What the manifest knows to be ours and nobody wants any more, as the resources that bring back what was there before.
 * Throws UnusableManifest for what a newer lvsform has put there.
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
 * Holds a host against what it is to have. `leaving` are the resources of `leavingResources`; the observation must
 * be one of both. `parting` are roster entries of hosts that the same plan cleans up.
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
  const { wanted } = intent;
  const resources = [...wanted, ...leaving];
  const observed = observedOf(observation.answer, resources);
  const ours = Object.keys(observation.manifest?.resources ?? {});
  const { changes, notes, blockers, held } = compareAll(wanted, leaving, observed, {
    ...observation,
    family: observation.facts.family,
    policy,
    ours,
  });
  blockers.push(...strandedState(observation.answer));
  if (blockers.length > 0) return { is: 'blocked', reasons: blockers.map((each) => short(each, 2000)) };
  // What is not added now is not ours.
  const had = new Set(ours);
  const ourNext = wanted.filter((each) => had.has(idOf(each)) || !(idOf(each) in held));
  const keeps = policy.allow.includes('remove') ? undefined : observation.manifest;
  const taken = { ...intent, wanted: ourNext.map((each) => withHeld(each, keeps)) };
  const manifest = nextManifest(taken, observed, observation.manifest, planId);
  const ids = new Set(wanted.map(idOf));
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
    ...(isDirector(wanted) ? { comes: [...ids].filter((id) => !had.has(id)) } : {}),
    leaving: Object.fromEntries(
      Object.entries(observation.manifest?.resources ?? {}).filter(([id]) => !ids.has(id)),
    ),
    held,
    policy,
    ours: allowsAll(policy) ? [] : ours,
  });
}

function isDirector(wanted: readonly Resource[]): boolean {
  return wanted.some(({ kind }) => kind === 'virtual-service');
}

/** What still differs on a host, by its answer and the manifest in it: what its plan would be if it were made now. */
export function stillToDo(ready: Ready, answer: Answer): Change[] {
  const leaves = new Set(Object.keys(ready.leaving));
  const wanted = ready.resources.filter((resource) => !leaves.has(idOf(resource)));
  const leaving = ready.resources.filter((resource) => leaves.has(idOf(resource)));
  const { policy, ours } = ready;
  const manifest = usableManifest(answer);
  const seen: Seen = { family: ready.family, answer, connections: new Map(), manifest, policy, ours };
  const { changes } = compareAll(wanted, leaving, observedOf(answer, ready.resources), seen);
  return takenLater(changes, ready.takes);
}

/** One that cannot be read is as none here; the next plan says what is wrong with it. */
export function usableManifest(answer: Answer): Manifest | undefined {
  try {
    return manifestIn(answer);
  } catch (error) {
    if (error instanceof UnusableManifest) return undefined;
    throw error;
  }
}

interface Seen {
  readonly family: Family;
  readonly answer: Answer;
  readonly connections: ReadonlyMap<string, number>;
  readonly manifest: Manifest | undefined;
  readonly policy: Policy;
  readonly ours: readonly string[];
}

interface Comparisons {
  readonly changes: Change[];
  readonly notes: string[];
  readonly blockers: string[];
  /** Titles of what is not allowed, by id. */
  readonly held: Record<string, string>;
}

function compareAll(
  wanted: readonly Resource[],
  leaving: readonly Resource[],
  observed: ReadonlyMap<string, unknown>,
  { family, answer, connections, manifest, policy, ours }: Seen,
): Comparisons {
  const changes: Change[] = [];
  const notes: string[] = [];
  const blockers: string[] = [];
  const held: Record<string, string> = {};
  const known = new Set(ours);
  const lost = policy.allow.includes('remove') ? undefined : lostIn(manifest, wanted);
  const hands = changesHands(wanted, manifest);
  const changedFiles = new Set<string>();
  const compare = (resource: Resource, retiring: boolean): void => {
    const { keepWeights } = policy;
    const fromEngine = isFromEngine(resource, manifest);
    const id = idOf(resource);
    const owned = manifest?.resources[id];
    const context: Context = {
      ...(owned === undefined ? {} : { before: owned.before }),
      family,
      retiring,
      changedFiles,
      connections,
      keepWeights,
      fromEngine,
      changesHands: hands,
    };
    const { change, blocker, note } = kindOf(resource).compare(resource, observed.get(id), context);
    if (blocker !== undefined) blockers.push(blocker);
    if (note !== undefined) notes.push(note);
    if (change === undefined) return;
    const may = permitted(change, known.has(change.id), policy);
    if (may !== change) held[change.id] = heldText(change, may);
    if (may === undefined) return;
    const { change: allowed, why } =
      lost === undefined || !known.has(change.id)
        ? { change: may, why: undefined }
        : keepingLines(may, resource, lost);
    if (why !== undefined) held[change.id] = why;
    if (allowed === undefined) return;
    changes.push(withoutKnownOriginals(allowed, manifest));
    if (resource.kind === 'file' || resource.kind === 'block') changedFiles.add(resource.path);
  };
  for (const { resources } of byKind(wanted)) for (const each of resources) compare(each, false);
  for (const { resources } of byKind(leaving)) for (const each of resources) compare(each, true);
  for (const { kind, resources } of byKind([...wanted, ...leaving])) {
    notes.push(...(kind.others?.(answer, resources) ?? []));
  }
  if (Object.keys(held).length > 0)
    notes.push(`held back, since it is not allowed: ${Object.values(held).join('; ')}`);
  return { changes: changes.map((change) => withReload(change, family)), notes, blockers, held };
}

/** systemd has to read its units again wherever a change writes or removes one. */
function withReload(change: Change, family: Context['family']): Change {
  const touched = change.actions.find((action) => action.do !== 'run' && isUnitFile(action.path));
  const reload = touched === undefined ? undefined : reloadAction(family, touched.stage === 'retire');
  return reload === undefined ? change : { ...change, actions: [...change.actions, reload] };
}

/** The file that was there before us is kept once; what stands there later is our own. */
function withoutKnownOriginals(change: Change, manifest: Manifest | undefined): Change {
  if (manifest?.resources[change.id] === undefined) return change;
  const actions = change.actions.map((action) =>
    action.do === 'write' ? { ...action, keepOriginal: false } : action,
  );
  return { ...change, actions };
}
