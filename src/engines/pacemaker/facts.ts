import {
  clusterManagerRefuses,
  movesGroups,
  neverWaits,
  scopeOfHost,
  takesNo,
  tooSoon,
} from '../cluster-manager.ts';
import {
  anothers,
  type DocumentLanguage,
  type EnginePackage,
  type FailoverFacts,
  special,
} from '../facts-shape.ts';
import type { Scope } from '../scope.ts';

/** One corosync, and one set of defaults in the CIB for all clusters of a director. */
export const scope = {
  ...scopeOfHost,
  failback: 'host',
  port: 'host',
  corosync: 'host',
  quorumDevice: 'host',
  secondLink: 'host',
  prefix: 'host',
} as const satisfies Scope;

export const packages: readonly EnginePackage[] = [
  { name: 'corosync' },
  { name: 'corosync-qdevice', when: ({ failover }) => failover?.quorumDevice !== undefined },
  { name: 'pacemaker' },
  // Debian's pacemaker only recommends its command line tools.
  { name: { debian: 'pacemaker-cli-utils' } },
  { name: 'resource-agents' },
];

export const documents = {
  // corosync.conf(5).
  corosync: {
    words: [
      ['cluster', /^\s*cluster_name:\s*(?<name>\S+)/g],
      ['node', /^\s*ring0_addr:\s*(?<name>\S+)/g],
      ['network', /^\s*bindnetaddr:\s*(?<name>\S+)/g],
    ],
    comment: /^\s*#/,
    shipped: /^(?:debian|127\.0\.0\.1)$/,
  },
} as const satisfies Readonly<Record<string, DocumentLanguage>>;

/** corosync.conf(5) and pacemaker's CIB. */
export const failover: FailoverFacts = {
  defaults: { interval: 1, deadIntervals: 3, key: true },
  scope,
  ...movesGroups,
  handOver: 'pacemaker_hands_over',
  fences: { secrets: 'files' },
  has: ['corosync', 'agent_timeout', 'quorum_device', 'second_link'],
  // The sections of corosync.conf(5) and its companions.
  blocks: /^(totem|logging|quorum|nodelist|qb|resources|system|uidgid|nozzle|service|aisexec)\b(?=\s*\{)/,
  refuses: clusterManagerRefuses,
  cannot: [
    tooSoon,
    ...takesNo('pacemaker', 'remove it, and add a resource of your own to the CIB'),
    neverWaits('pacemaker'),
    {
      setting: 'transport',
      when: ({ failover: { transport } }) => transport === 'broadcast',
      message: 'pacemaker does not support transport: broadcast',
      hint: 'use unicast',
    },
    {
      rule: anothers,
      setting: 'quorum_device',
      when: ({ failover: { corosync } }, { told }) => corosync === 1 && told('quorum_device'),
      message: `corosync 1 ${special.quorum_device.missing}`,
      hint: special.quorum_device.hint,
    },
    {
      rule: anothers,
      setting: 'second_link',
      // corosync.conf(5): udp and udpu have link 0 only.
      when: ({ failover: { transport } }, { told }) => transport !== 'unicast' && told('second_link'),
      message: ({ failover: { transport } }) => `corosync has no second link with transport: ${transport}`,
      hint: 'use transport: unicast (knet)',
    },
    {
      rule: anothers,
      setting: 'second_link',
      when: ({ failover: { secondLink } }) => secondLink?.interface !== undefined,
      message: 'corosync finds the interface of the second link by its addresses',
      hint: 'remove interface',
    },
    {
      rule: anothers,
      setting: 'corosync',
      when: ({ failover: { corosync, transport } }) => corosync === 1 && transport === 'unicast',
      message: 'corosync 1 supports only multicast',
      hint: 'add transport: multicast',
    },
  ],
};
