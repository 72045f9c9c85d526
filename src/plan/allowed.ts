import type { Manifest } from '../observe/manifest.ts';
import { kindOf, type Resource } from '../resources/index.ts';
import type { Change } from '../resources/kind.ts';
import {
  allowedRules,
  gainedIn,
  type Held,
  heldText,
  isRuleFile,
  keepingLines,
  type Limits,
  lostIn,
} from './held-back.ts';
import { permitted, type Policy } from './policy.ts';

/** A change that a comparison found, before it is held against what is allowed. */
export interface Difference {
  readonly resource: Resource;
  readonly change: Change;
  /** True if the resource was ours before. */
  readonly ours: boolean;
}

/**
 * How the live changes of one host depend on the scripts that bring them back at boot: what is live and what comes back at
 * boot are one thing, so both are changed or neither is.
 */
export interface Together {
  /** The parts of them that are not allowed, in words: if there are any, none of them is done. */
  readonly stuck: readonly string[];
  /** True if some of them are done live: the scripts are changed with them. */
  readonly live: boolean;
}

/** What a document must not add to a host, and must not remove from it. */
export function limitsOf(
  manifest: Manifest | undefined,
  wanted: readonly Resource[],
  { allow }: Policy,
): Limits {
  return {
    ...(allow.includes('remove') ? {} : { lost: lostIn(manifest, wanted) }),
    ...(allow.includes('add') ? {} : { gained: gainedIn(manifest, wanted) }),
  };
}

/** The part of a change that is allowed. */
export function allowedPart(found: Difference, policy: Policy, limits: Limits, together: Together): Held {
  const { resource, change, ours } = found;
  const alone = allowedAlone(found, policy, limits);
  if (isRuleFile(resource) && ours) return allowedRules(change, policy.allow);
  if (!comesBack(resource)) return alone;
  if (together.stuck.length > 0) return { change: undefined, why: heldText(change, undefined) };
  return resource.kind === 'file' && together.live ? { change, why: undefined } : alone;
}

/** How the changes of one host depend on one another. */
export function togetherOf(all: readonly Difference[], policy: Policy, limits: Limits): Together {
  const parts = all.filter(({ resource }) => comesBack(resource));
  const live = parts.filter(({ resource }) => resource.kind !== 'file');
  const stuck = live.flatMap((each) => allowedAlone(each, policy, limits).why ?? []);
  return { stuck, live: live.length > 0 };
}

function allowedAlone({ resource, change, ours }: Difference, policy: Policy, limits: Limits): Held {
  const may = permitted(change, ours, policy);
  if (may === undefined) return { change: undefined, why: heldText(change, may) };
  const left = ours ? keepingLines(may, resource, limits) : { change: may, why: undefined };
  return { ...left, why: left.why ?? (may === change ? undefined : heldText(change, may)) };
}

/** True for what a script of ours brings back at boot, and for such a script. */
function comesBack(resource: Resource): boolean {
  return resource.kind === 'file' ? resource.boot === true : kindOf(resource).boot !== undefined;
}
