import type { Failover } from '../model/failover.ts';

/**
 * How often a director has a setting of its engine: `host` is once, so that all its clusters have to want the same;
 * `distinct` is once for each cluster, and no two alike. What is not listed each cluster has for itself.
 */
export type Scope = Readonly<Partial<Record<keyof Failover | OfCluster, 'host' | 'distinct'>>>;

/** What stands in the cluster itself: its directors, and the prefix of their network. */
const ofCluster = ['directors', 'prefix'] as const;
type OfCluster = (typeof ofCluster)[number];

/** Names of settings in the inventory, where they differ. */
const written: Partial<Record<keyof Scope, string>> = {
  deadTime: 'dead_time',
  pings: 'ping',
  quorumDevice: 'quorum_device',
};

export function writtenAs(setting: keyof Scope): string {
  return written[setting] ?? setting;
}

/** The settings that have this scope. */
export function scoped(scope: Scope, which: 'host' | 'distinct'): (keyof Failover)[] {
  const settings = Object.keys(scope) as (keyof Scope)[];
  return settings
    .filter((setting) => !ofCluster.includes(setting as OfCluster))
    .filter((setting): setting is keyof Failover => scope[setting] === which);
}

/** A key has its cluster’s name; where it comes from is the setting. What is not written is a setting, too. */
export function valueOf(failover: Failover, setting: keyof Failover): unknown {
  if (setting === 'key') return failover.key?.source ?? null;
  if (setting === 'directives') return failover.directives.global;
  return failover[setting] ?? null;
}
