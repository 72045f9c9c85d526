import { isStage, type Stage } from '../resources/kind.ts';

/** What of a host's plan a transaction with these stages does, as its manifest notes it. */
export function partsOf(own: readonly Stage[]): readonly (Stage | 'roster')[] {
  return own.length === 0 ? ['roster'] : own;
}

/** The stages among noted parts. */
export function stagesIn(parts: readonly string[]): Stage[] {
  return parts.filter(isStage);
}
