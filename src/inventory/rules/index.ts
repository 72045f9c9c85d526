import { failoverFacts } from '../../engines/facts.ts';
import { addressRules } from './addresses.ts';
import { checkRules } from './checks.ts';
import { clusterManagerRules } from './cluster-managers.ts';
import { contentRules } from './content.ts';
import { directorRules } from './directors.ts';
import { engineRules } from './engine-refusals.ts';
import { failoverRules } from './failover.ts';
import { syncGroupRules } from './sync-groups.ts';
import { forwardingRules } from './forwarding.ts';
import { healthRules } from './health.ts';
import { hostRules } from './hosts.ts';
import { markRules } from './marks.ts';
import { oneNetworkRules } from './one-network.ts';
import { optionRules } from './options.ts';
import { preferenceRules } from './preferences.ts';
import { rawLineRules } from './raw-lines.ts';
import type { Rule } from './rule.ts';
import { secretRules } from './secrets.ts';
import { serviceRules } from './services.ts';
import { sharedRules } from './shared.ts';
import { sorryRules } from './sorry.ts';
import { topologyRules } from './topology.ts';
import { tunnelRules } from './tunnels.ts';

/** Problems of reading the files: no rule checks them, but they have ids and pages like rules. */
export const readingRules: readonly Omit<Rule, 'check'>[] = [
  {
    id: 'LVS000',
    severity: 'error',
    title: 'the file is not YAML',
    why: 'An inventory is YAML 1.2, with anchors and merge keys. A mapping may have each key only once.',
  },
  {
    id: 'LVS001',
    severity: 'error',
    title: 'a key or a value is not valid',
    why: 'docs/inventory.md lists the keys and their values. A key that is misspelt would be a setting without effect.',
  },
  {
    id: 'LVS005',
    severity: 'error',
    title: 'a text with invisible characters, or one that is too long',
    why: 'In a configuration a newline begins another directive, a NUL ends a word, and with an escape sequence or a direction mark a terminal shows something that is not in the file. Daemons read lines of about a thousand characters. Only vars, which are for templates of your own, may have several lines and any length. An alias that contains itself has no end.',
  },
  {
    id: 'LVS006',
    severity: 'error',
    title: 'a host would get conflicting settings',
    why: 'validate builds what each host would get, for every family. Where two clusters share a host and want the same tunnel, route, file or unit with different settings, lvsform cannot satisfy both.',
  },
  {
    id: 'LVS007',
    severity: 'error',
    title: 'a template cannot be rendered',
    why: 'A template of your own (templates/ beside the inventory) has a mistake, or uses a variable that is not defined. docs/templates.md lists the variables.',
  },
];

export const rules: readonly Rule[] = [
  ...addressRules,
  ...forwardingRules,
  ...tunnelRules,
  ...serviceRules,
  ...sorryRules,
  ...markRules,
  ...optionRules,
  ...rawLineRules,
  ...directorRules,
  ...sharedRules,
  ...contentRules,
  ...checkRules,
  ...healthRules,
  ...failoverRules,
  ...syncGroupRules,
  ...preferenceRules,
  ...engineRules(failoverFacts),
  ...clusterManagerRules,
  ...secretRules,
  ...topologyRules,
  ...oneNetworkRules,
  ...hostRules,
];
