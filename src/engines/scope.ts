import type { Failover } from '../model/failover.ts';

/**
 * How often a director has a setting of its engine: `host` is once, so all its clusters must want the same; `distinct` is
 * once for each cluster, with different values. Each cluster has its own value of a setting that is not listed.
 */
export type Scope = Readonly<Partial<Record<keyof Failover | OfCluster, 'host' | 'distinct'>>>;

/** Settings of the cluster itself: its directors, and the prefix of their network. */
const ofCluster = ['directors', 'prefix'] as const;
type OfCluster = (typeof ofCluster)[number];

/** Names of settings in the inventory, if they differ from ours. */
const written: Partial<Record<keyof Scope, string>> = {
  deadTime: 'dead_time',
  pings: 'ping',
  quorumDevice: 'quorum_device',
  secondLink: 'second_link',
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

/** The value to compare. A key's name contains the cluster's name, so its source is compared; no key is a value, too. */
export function valueOf(failover: Failover, setting: keyof Failover): unknown {
  if (setting === 'key') return failover.key?.source ?? null;
  if (setting === 'directives') return [failover.directives.global, failover.directives.blocks];
  if (setting === 'secondLink' && failover.secondLink !== undefined)
    return { ...failover.secondLink, at: [] };
  return failover[setting] ?? null;
}
