import type { Context } from '../../src/resources/kind.ts';

/** What a comparison knows of a Debian host on which nothing else happens. */
export const plainContext: Context<never> = {
  retiring: false,
  family: 'debian',
  changedFiles: new Set(),
  fromEngine: false,
  changesHands: false,
  keepWeights: false,
  connections: new Map(),
};
