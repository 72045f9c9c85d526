import { addressRules } from './addresses.ts';
import { checkRules } from './checks.ts';
import { clusterManagerRules } from './cluster-managers.ts';
import { contentRules } from './content.ts';
import { directorRules } from './directors.ts';
import { failoverEngineRules } from './failover-engines.ts';
import { failoverRules } from './failover.ts';
import { forwardingRules } from './forwarding.ts';
import { healthRules } from './health.ts';
import { hostRules } from './hosts.ts';
import { markRules } from './marks.ts';
import { optionRules } from './options.ts';
import type { Rule } from './rule.ts';
import { serviceRules } from './services.ts';
import { topologyRules } from './topology.ts';
import { tunnelRules } from './tunnels.ts';

/** Problems of reading, which no rule checks but every reader meets under these ids. */
export const readingRules: readonly Omit<Rule, 'check'>[] = [
  {
    id: 'LVS000',
    severity: 'error',
    title: 'the file is not YAML',
    why: 'YAML 1.2, with anchors and merge keys; a key may stand only once in a mapping.',
  },
  {
    id: 'LVS001',
    severity: 'error',
    title: 'the shape is wrong',
    why: 'Keys and values have to be those of docs/inventory.md; a misspelt key would otherwise be a setting that nobody applies.',
  },
];

export const rules: readonly Rule[] = [
  ...addressRules,
  ...forwardingRules,
  ...tunnelRules,
  ...serviceRules,
  ...markRules,
  ...optionRules,
  ...directorRules,
  ...contentRules,
  ...checkRules,
  ...healthRules,
  ...failoverRules,
  ...failoverEngineRules,
  ...clusterManagerRules,
  ...topologyRules,
  ...hostRules,
];
