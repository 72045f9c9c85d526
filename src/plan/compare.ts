import type { Family } from '../model/family.ts';
import type { Answer } from '../shell/answer.ts';
import type { Manifest } from '../observe/manifest.ts';
import { byKind, idOf, kindOf, type Resource } from '../resources/index.ts';
import type { Change, Context } from '../resources/kind.ts';
import { isUnitFile, reloadAction } from '../resources/unit.ts';
import { allowedPart, type Difference, limitsOf, togetherOf } from './allowed.ts';
import { handedOver } from './changing-hands.ts';
import { changesHands, isFromEngine } from './holds.ts';
import { allowsAll, type Policy } from './policy.ts';

/** What a comparison depends on beside the resources. */
export interface Basis {
  readonly family: Family;
  readonly answer: Answer;
  readonly connections: ReadonlyMap<string, number>;
  readonly manifest: Manifest | undefined;
  readonly policy: Policy;
  readonly ours: readonly string[];
  /** Why nothing changes hands on the host: another director of its clusters keeps what would, in words. */
  readonly elsewhere?: string;
}

export interface Comparisons {
  readonly changes: Change[];
  readonly notes: string[];
  readonly blockers: string[];
  /** Titles of what is not allowed, by id. */
  readonly held: Record<string, string>;
  /** Ids of what would change hands, and stays with its maker, since that is not allowed. */
  readonly unhanded: ReadonlySet<string>;
  /** Why something stays with its maker, in words. */
  readonly kept?: string;
}

/** If not everything is allowed, finds the live changes and those at boot first, and then decides on them together. */
export function compareAll(
  wanted: readonly Resource[],
  leaving: readonly Resource[],
  observed: ReadonlyMap<string, unknown>,
  basis: Basis,
): Comparisons {
  const { policy, manifest, elsewhere } = basis;
  if (allowsAll(policy))
    return {
      ...compareEach(wanted, leaving, observed, basis, (found) => ({ change: found.change })),
      unhanded: new Set(),
    };
  const limits = limitsOf(manifest, wanted, policy);
  const all: Difference[] = [];
  compareEach(wanted, leaving, observed, basis, (found) => {
    all.push(found);
    return { change: found.change };
  });
  const handed = handedOver(wanted, leaving, manifest);
  const hands = handed.size > 0 || elsewhere !== undefined;
  const own = togetherOf(all, policy, limits, hands);
  const together = elsewhere === undefined ? own : { ...own, stuck: [elsewhere, ...own.stuck] };
  const compared = compareEach(wanted, leaving, observed, basis, (found) =>
    allowedPart(found, policy, limits, together),
  );
  const [kept] = hands ? together.stuck : [];
  const unhanded = together.stuck.length > 0 ? handed : new Set<string>();
  return { ...compared, unhanded, ...(kept === undefined ? {} : { kept }) };
}

function compareEach(
  wanted: readonly Resource[],
  leaving: readonly Resource[],
  observed: ReadonlyMap<string, unknown>,
  { family, answer, connections, manifest, policy, ours }: Basis,
  allowed: (found: Difference) => { readonly change: Change | undefined; readonly why?: string | undefined },
): Omit<Comparisons, 'unhanded' | 'kept'> {
  const changes: Change[] = [];
  const notes: string[] = [];
  const blockers: string[] = [];
  const held: Record<string, string> = {};
  const known = new Set(ours);
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
    const {
      change: found,
      blocker,
      note,
      gains,
    } = kindOf(resource).compare(resource, observed.get(id), context);
    if (blocker !== undefined) blockers.push(blocker);
    if (note !== undefined) notes.push(note);
    if (found === undefined) return;
    const { change, why } = allowed({
      resource,
      change: found,
      ours: known.has(found.id),
      retiring,
      ...(gains === undefined ? {} : { gains }),
    });
    if (why !== undefined) held[found.id] = why;
    if (change === undefined) return;
    changes.push(withoutKnownOriginals(change, manifest));
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

/** systemd must reload its units after a change that writes or removes one. */
function withReload(change: Change, family: Context['family']): Change {
  const touched = change.actions.find((action) => action.do !== 'run' && isUnitFile(action.path));
  const reload = touched === undefined ? undefined : reloadAction(family, touched.stage === 'retire');
  return reload === undefined ? change : { ...change, actions: [...change.actions, reload] };
}

/** The file that was there before us is kept once; a later one is our own. */
function withoutKnownOriginals(change: Change, manifest: Manifest | undefined): Change {
  if (manifest?.resources[change.id] === undefined) return change;
  const actions = change.actions.map((action) =>
    action.do === 'write' ? { ...action, keepOriginal: false } : action,
  );
  return { ...change, actions };
}
