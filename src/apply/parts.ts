import type { Part } from '../report/events.ts';
import type { Stage } from '../resources/kind.ts';

/** What of a host's plan a transaction with these stages does, as its manifest notes it. */
export function partsOf(stages: readonly Stage[]): readonly Exclude<Part, 'change'>[] {
  return stages.length === 0 ? ['roster'] : stages;
}

/** The stages among noted parts. */
export function stagesIn(parts: readonly string[]): Stage[] {
  return (['prepare', 'retire'] as const).filter((stage) => parts.includes(stage));
}
