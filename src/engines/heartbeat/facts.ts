import {
  anothers,
  type DocumentLanguage,
  type EnginePackage,
  type FailoverFacts,
  special,
} from '../facts-shape.ts';
import { movesGroups, neverWaits, scopeOfHost } from '../cluster-manager.ts';
import type { Scope } from '../scope.ts';

/** One ha.cf for all clusters of a director. */
export const scope = {
  ...scopeOfHost,
  interval: 'host',
  failback: 'host',
  interface: 'host',
  port: 'host',
  pings: 'host',
  crm: 'host',
  secondLink: 'host',
} as const satisfies Scope;

export const packages: readonly EnginePackage[] = [{ name: 'heartbeat' }];

export const documents = {
  // ha.cf(5) of heartbeat.
  heartbeat: { words: [['node', /^\s*node\s+(?<name>\S.*)$/g]], comment: /^\s*#/ },
  // haresources: a line for each group.
  haresources: { words: [['resource group', /^(?<name>[^\s#].*)$/g]], comment: /^\s*#/ },
} as const satisfies Readonly<Record<string, DocumentLanguage>>;

/** ha.cf(5). */
export const failover: FailoverFacts = {
  defaults: { interval: 2, deadIntervals: 5, key: true },
  scope,
  ...movesGroups,
  handOver: 'heartbeat_hands_over',
  fences: false,
  has: ['crm', 'agent_timeout', 'second_link'],
  refuses: {
    id: 'LVS089',
    title: 'heartbeat does not support this setting',
    why: 'heartbeat’s first style is for two nodes. It moves all services of a node together, and watches only other nodes and ping nodes (ha.cf(5)). To watch a service, use health.',
  },
  cannot: [
    neverWaits('heartbeat'),
    {
      rule: anothers,
      setting: 'second_link',
      when: ({ failover: { secondLink } }) => secondLink !== undefined && secondLink.interface === undefined,
      message: 'heartbeat needs the interface of the second link',
      hint: 'add interface: eth1',
    },
    { setting: 'interfaces', message: 'heartbeat does not watch interfaces', hint: 'use ping: [ADDRESS]' },
    { setting: 'script', message: 'heartbeat does not run a script', hint: 'use engine: keepalived or ping' },
    { setting: 'notify', message: 'heartbeat does not run a notify program', hint: 'use engine: keepalived' },
    { setting: 'directives.blocks', message: 'ha.cf has no blocks', hint: 'use directives.global' },
    { setting: 'directives.instance', message: 'heartbeat has no instances', hint: 'use directives.global' },
    {
      setting: 'engine',
      when: ({ directors }) => directors.length > 2,
      message: ({ name, directors }) =>
        `${name} has ${directors.length} directors, and lvsform supports two under heartbeat`,
      hint: 'use engine: keepalived',
    },
    {
      setting: 'engine',
      when: ({ health }, { neighbours }) => health.engine === 'ldirectord' && neighbours.length > 0,
      message: ({ name }, { neighbours }) => `${neighbours[0]!.name} shares a director with ${name}`,
      hint: 'use health: { engine: monitor }, or other directors',
    },
    {
      setting: 'dead_time',
      when: ({ failover: { deadTime, interval } }) => deadTime <= interval,
      message: ({ failover: { deadTime } }) => `a dead time of ${deadTime} s is not longer than one interval`,
      hint: ({ failover: { interval } }) => `use ${5 * interval}`,
    },
    // Only its second style has agents.
    {
      rule: anothers,
      setting: 'agent_timeout',
      when: (_, { told }) => told('agent_timeout') && !told('crm'),
      message: `heartbeat ${special.agent_timeout.missing}`,
      hint: 'remove it',
    },
  ],
};
