import { failoverFacts } from '../../engines/facts.ts';
import { addressRules } from './addresses.ts';
import { checkRules } from './checks.ts';
import { clusterManagerRules } from './cluster-managers.ts';
import { contentRules } from './content.ts';
import { directorRules } from './directors.ts';
import { engineRules } from './engine-refusals.ts';
import { failoverRules } from './failover.ts';
import { forwardingRules } from './forwarding.ts';
import { healthRules } from './health.ts';
import { hostRules } from './hosts.ts';
import { markRules } from './marks.ts';
import { optionRules } from './options.ts';
import type { Rule } from './rule.ts';
import { secretRules } from './secrets.ts';
import { serviceRules } from './services.ts';
import { sharedRules } from './shared.ts';
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
  {
    id: 'LVS005',
    severity: 'error',
    title: 'a text with what cannot be seen, or without an end',
    why: 'In a configuration a newline begins another directive, a NUL ends a word, and an escape sequence or a mark of direction shows something else than what is there. Daemons read lines of about a thousand characters. Only vars, which are for templates of your own, may have several lines and any length.',
  },
  {
    id: 'LVS006',
    severity: 'error',
    title: 'one thing on one host is wanted in two ways',
    why: 'validate builds what each host would have, of every family. Where two clusters share a host and want one tunnel, route, file or unit of it in two ways, nothing could be made that is right for both.',
  },
  {
    id: 'LVS007',
    severity: 'error',
    title: 'a template cannot be rendered',
    why: 'A template of your own (templates/ beside the inventory) has a mistake, or uses a variable that nothing defines; docs/templates.md lists what is defined.',
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
  ...sharedRules,
  ...contentRules,
  ...checkRules,
  ...healthRules,
  ...failoverRules,
  ...engineRules(failoverFacts),
  ...clusterManagerRules,
  ...secretRules,
  ...topologyRules,
  ...hostRules,
];
