import type { Manifest } from '../observe/manifest.ts';
import type { Resource } from '../resources/index.ts';
import type { Change, Comparison } from '../resources/kind.ts';
import { type Part, partOf } from './changing-hands.ts';
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
export interface Difference extends Pick<Comparison, 'gains'> {
  readonly resource: Resource;
  readonly change: Change;
  /** True if the resource was ours before. */
  readonly ours: boolean;
  /** True if the resource is to be removed. */
  readonly retiring: boolean;
}

/**
 * How the changes of one host depend on one another. What is live and what comes back at boot are one thing, so both are
 * changed or neither is. Where a service or a VIP gets another maker, that is one change, too: the new maker is not started,
 * nor the old one stopped, unless both are allowed.
 */
export interface Together {
  /** The parts of them that are not allowed, in words: if there are any, none of them is done. */
  readonly stuck: readonly string[];
  /** True if some of them are done live: the scripts are changed with them. */
  readonly live: boolean;
  /** True if something changes hands. */
  readonly hands: boolean;
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
  const { change } = found;
  const alone = allowedAlone(found, policy, limits);
  const part = placeOf(found, together.hands);
  if (part === undefined) return alone;
  if (together.stuck.length > 0) return waiting(change, alone, together.stuck);
  return part === 'script' && together.live ? { change, why: undefined } : alone;
}

/** How the changes of one host depend on one another; `hands` is true if something changes hands there. */
export function togetherOf(
  all: readonly Difference[],
  policy: Policy,
  limits: Limits,
  hands: boolean,
): Together {
  const live = all.filter((each) => ['live', 'hand'].includes(placeOf(each, hands) ?? ''));
  const stuck = live.flatMap((each) => allowedAlone(each, policy, limits).why ?? []);
  return { stuck, live: live.length > 0, hands };
}

function placeOf({ resource, retiring }: Difference, hands: boolean): Part {
  return partOf(resource, retiring, hands);
}

/** A change that is not done, since others are not allowed without which it would do harm. */
function waiting(change: Change, alone: Held, stuck: readonly string[]): Held {
  if (alone.change === undefined && alone.why !== undefined) return alone;
  const more = stuck.length === 1 ? '' : ` and ${stuck.length - 1} more`;
  return {
    change: undefined,
    why: `${heldText(change, undefined)} (only together with: ${stuck[0]}${more})`,
  };
}

function allowedAlone(found: Difference, policy: Policy, limits: Limits): Held {
  const { resource, change, ours, gains } = found;
  if (isRuleFile(resource) && ours) return allowedRules(change, policy.allow);
  if (isStop(found) && policy.allow.includes('remove')) return { change, why: undefined };
  const may = permitted(change, ours, policy, gains);
  if (may === undefined) return { change: undefined, why: heldText(change, may) };
  const left = ours ? keepingLines(may, resource, limits) : { change: may, why: undefined };
  return { ...left, why: left.why ?? (may === change ? undefined : heldText(change, may)) };
}

/** True for an engine that stops since it leaves: that is a part of its removal, and an edit of what runs as well. */
function isStop({ resource, retiring }: Difference): boolean {
  return retiring && resource.kind === 'unit' && resource.owns === true;
}
