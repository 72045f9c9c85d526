import type { Director, Sync } from '../model/cluster.ts';
import { failoverFactsOf } from '../model/failover.ts';
import { bootParts } from '../resources/boot.ts';
import type { SyncDaemonResource } from '../resources/sync-daemon.ts';
import { type Component, directorRoles } from './component.ts';
import { bootScript } from './init-script.ts';

const both = ['master', 'backup'] as const;

/**
 * The active director tells its connections, the others listen; after a failover they are known there. Where an engine
 * moves the VIPs, each director does both: who has no connections has nothing to tell.
 */
export const syncComponent: Component = (site) => {
  const mine = directorRoles(site);
  const [first] = mine.filter(({ cluster }) => cluster.sync !== undefined);
  if (first === undefined) return [];
  // Such an engine starts and turns the daemon round itself, as it moves the VIPs.
  const engine = first.cluster.failover?.engine;
  if (engine !== undefined && failoverFactsOf(engine).syncs)
    return both.map((state) => ({
      ...daemonOf(first.cluster.sync!, first.director, state),
      want: 'floating',
    }));
  const active = mine.some(({ cluster, director }) => cluster.sync !== undefined && director.active);
  const states =
    first.cluster.failover === undefined ? [active ? ('master' as const) : ('backup' as const)] : both;
  const daemons = states.map((state) => daemonOf(first.cluster.sync!, first.director, state));
  return [
    ...daemons,
    ...bootScript(
      site,
      {
        name: 'lvs-sync',
        description: 'LVS connection synchronisation between directors',
        start: 90,
        stop: 10,
        active: true,
        before: ['lvs-director'],
        // An engine that begins to do this itself finds nothing of ours.
        owns: true,
      },
      bootParts([{ kind: 'module', name: 'ip_vs' }, ...daemons]),
    ),
  ];
};

function daemonOf(
  { interface: device, id, group, port, ttl, maxLength }: Sync,
  director: Director,
  state: SyncDaemonResource['state'],
): SyncDaemonResource {
  return {
    kind: 'sync-daemon',
    state,
    want: 'present',
    interface: device ?? director.interface,
    id,
    group,
    port,
    ttl,
    maxLength,
  };
}
