import type { FailoverFacts, Refusal, Refuses } from './facts-shape.ts';
import type { Scope } from './scope.ts';

/** The settings that heartbeat, corosync and cman each have once on a director, for all its clusters. */
export const scopeOfHost = {
  deadTime: 'host',
  transport: 'host',
  group: 'host',
  key: 'host',
  directives: 'host',
  directors: 'host',
} as const satisfies Scope;

/** How heartbeat, pacemaker and cman move VIPs: all of them to one director, known by its name, with ldirectord before them. */
export const movesGroups = {
  holders: 'one',
  nodeNames: true,
  starts: ['ldirectord'],
  syncs: false,
} as const satisfies Partial<FailoverFacts>;

/** The page of settings that neither pacemaker nor cman supports. */
export const clusterManagerRefuses: Refuses = {
  id: 'LVS092',
  title: 'a cluster manager does not support this setting',
  why: 'To watch a service, use health. To have pacemaker run something else, add it to the CIB under an id of your own; lvsform leaves it alone. lvsform writes the whole document of cman; directives: { global: [...] } adds lines of your own to it.',
};

/** None of the three can wait before the preferred director takes the VIPs back. */
export function neverWaits(engine: string): Refusal {
  return {
    setting: 'failback',
    when: ({ failover: { failbackDelay } }) => failbackDelay > 0,
    message: `${engine} takes the VIPs back at once`,
    hint: 'use failback: true, or engine: keepalived',
  };
}

/** The settings that neither of them takes, with what to do instead. */
export function takesNo(engine: string, hint: string): readonly Refusal[] {
  const settings = ['interfaces', 'ping', 'script', 'notify', 'directives.instance'] as const;
  return settings.map((setting) => ({
    setting,
    message: `${engine} takes no ${setting.split('.')[0]}`,
    hint,
  }));
}

/** corosync refuses a token below this number of seconds (measured, 3.1.7: it derives shorter times from it). */
const leastToken = 0.2;

export const tooSoon: Refusal = {
  setting: 'dead_time',
  when: ({ failover: { deadTime } }) => deadTime < leastToken,
  message: ({ failover: { deadTime } }) =>
    `a dead time of ${deadTime} s is less than corosync’s ${leastToken} s`,
  hint: 'use 1 or more',
};
