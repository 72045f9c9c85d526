import type { Outcome } from '../plan/events.ts';
import type { Edge, Transaction } from '../plan/plan.ts';
import { isTaking } from '../resources/kind.ts';
import { isDone } from './host-result.ts';

/** After these a transaction may have been done all the same. */
const unsure: ReadonlySet<Outcome> = new Set(['half-undone', 'failed', 'broken', 'unreachable']);

/**
 * What a message says of VIPs that no director has, or may have, since a transaction has not taken what another director gave
 * up for it. Empty if none of them is without a director.
 */
export function withoutHolder(
  { stages, after }: Pick<Transaction, 'stages' | 'after'>,
  outcome: Outcome,
  outcomeOf: (transaction: string) => Outcome | undefined,
  hostOf: (transaction: string) => string,
): string {
  if (!stages.some(isTaking) || isDone(outcome)) return '';
  const edges = after.filter(({ vips = [] }) => vips.length > 0);
  const given = edges.filter(({ transaction }) => isDone(outcomeOf(transaction)));
  const perhaps = edges.filter(({ transaction }) => isUnsure(outcomeOf(transaction)));
  const texts = [
    ...given.map(
      (edge) => `${noDirector(edge, isUnsure(outcome))}, since ${hostOf(edge.transaction)} gave it up`,
    ),
    ...perhaps.map((edge) => `${noDirector(edge, true)}, if ${hostOf(edge.transaction)} gave it up`),
  ];
  return texts.length === 0 ? '' : `; ${texts.join('; ')}: plan again and apply, and it is taken`;
}

function isUnsure(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && unsure.has(outcome);
}

function noDirector({ vips = [] }: Edge, perhaps: boolean): string {
  return `${perhaps ? 'perhaps ' : ''}no director has ${vips.join(', ')} now`;
}
