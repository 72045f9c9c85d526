import type { HealthFacts } from './facts-shape.ts';

/** Checks that every health engine makes, with the same options. */
export const commonChecks = {
  none: [],
  ping: [],
  tcp: ['port'],
  script: ['port', 'run'],
} as const satisfies HealthFacts['checks'];
