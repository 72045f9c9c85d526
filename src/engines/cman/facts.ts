import {
  clusterManagerRefuses,
  movesGroups,
  neverWaits,
  scopeOfHost,
  takesNo,
  tooSoon,
} from '../cluster-manager.ts';
import type { DocumentLanguage, EnginePackage, FailoverFacts } from '../facts-shape.ts';

/** One cluster.conf for all clusters of a director. */
export const scope = scopeOfHost;

export const packages: readonly EnginePackage[] = [{ name: 'cman' }, { name: 'rgmanager' }];

export const documents = {
  // cluster.conf(5) of cman.
  cman: {
    words: [
      ['cluster', /<cluster\b[^>]*\bname="(?<name>[^"]+)"/g],
      ['node', /<clusternode\b[^>]*\bname="(?<name>[^"]+)"/g],
    ],
    comment: /^\s*<(?:\?|!--)/,
  },
} as const satisfies Readonly<Record<string, DocumentLanguage>>;

/** cman(5), and rgmanager with it. */
export const failover: FailoverFacts = {
  // cman takes the cluster's name for a key.
  defaults: { interval: 1, deadIntervals: 3, key: false },
  scope,
  ...movesGroups,
  handOver: 'cman_hands_over',
  // Only root reads its document.
  fences: { secrets: 'document' },
  has: [],
  refuses: clusterManagerRefuses,
  cannot: [
    tooSoon,
    ...takesNo('cman', 'remove it'),
    neverWaits('cman'),
    {
      setting: 'directives.blocks',
      message: 'cluster.conf has no blocks beside those of lvsform',
      hint: 'use directives.global',
    },
  ],
};
