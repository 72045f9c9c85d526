import type { Action, Change, Comparison, Verb } from '../resources/kind.ts';

/** What the user allows a plan to do. */
export interface Policy {
  /** Weights that were changed at run time are kept. */
  readonly keepWeights: boolean;
  /** A director that holds VIPs hands them over before it is changed. */
  readonly switchOver: boolean;
  /** Kinds of action that are done; the others are held back and listed. */
  readonly allow: readonly Verb[];
}

export const everything: Policy = {
  keepWeights: false,
  switchOver: false,
  allow: ['add', 'change', 'remove'],
};

export function allowsAll({ allow }: Policy): boolean {
  return everything.allow.every((verb) => allow.includes(verb));
}

/**
 * A change without what is not allowed; undefined if nothing is left. A change of a resource that is not ours yet counts as
 * an addition, whatever was there before: a parameter for a new VIP is a part of the new VIP. `gains`: see Comparison.
 */
export function permitted(
  change: Change,
  ours: boolean,
  { allow }: Policy,
  gains?: Comparison['gains'],
): Change | undefined {
  const kind = (verb: Verb): Verb => (ours || verb === 'remove' ? verb : 'add');
  const may = (verb: Verb): boolean => allow.includes(kind(verb));
  const actions = change.actions.filter((action) => may(verbOf(action, change)));
  if (actions.length === change.actions.length) return change;
  if (actions.length === 0) return undefined;
  const details = change.details.filter((detail) => may('text' in detail ? detail.verb : change.verb));
  const interrupts = allow.includes('remove') ? change.interrupts : [];
  const { serving } = change;
  if (serving === undefined || gains === undefined) return { ...change, actions, details, interrupts };
  const gained = everything.allow.filter(may).reduce((sum, verb) => sum + gains[verb], 0);
  const counts = { before: serving.before, after: serving.before + gained };
  return { ...change, actions, details, interrupts, serving: counts };
}

function verbOf(action: Action, change: Change): Verb {
  return (action.do === 'run' ? action.verb : undefined) ?? change.verb;
}
