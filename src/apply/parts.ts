import { isStage, type Stage } from '../resources/kind.ts';

/** The parts of a host's plan that a transaction with these stages does, as its manifest notes them. */
export function partsOf(own: readonly Stage[]): readonly (Stage | 'roster')[] {
  return own.length === 0 ? ['roster'] : own;
}

/** The stages among the noted parts. */
export function stagesIn(parts: readonly string[]): Stage[] {
  return parts.filter(isStage);
}
