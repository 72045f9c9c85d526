import type { Host, Sync } from '../model/cluster.ts';
import { sole } from '../engines/agreed.ts';
import { failoverFactsOf } from '../model/failover.ts';
import { bootParts } from '../resources/boot.ts';
import type { SyncDaemonResource } from '../resources/sync-daemon.ts';
import { type Component, type DirectorRole, directorRoles } from './component.ts';
import { bootScript } from './init-script.ts';
import { once } from './once.ts';

const both = ['master', 'backup'] as const;

/**
 * The active director sends its connections and the others receive them, so that they have them after a failover. If an
 * engine moves the VIPs, each director does both: one without connections sends nothing.
 */
export const syncComponent: Component = (site) => {
  const mine = directorRoles(site);
  const sync = once('sync', mine);
  const direction = once('direction of sync', mine);
  if (sync === undefined || direction === undefined) return [];
  const states = direction === 'both' ? both : [direction];
  const daemons = states.map((state) => daemonOf(sync, site.host, state));
  // Such an engine starts the daemon itself, and switches its direction as it moves the VIPs.
  if (sole(mine.filter(({ cluster }) => cluster.sync !== undefined).map(isStarted), 'starting sync') === true)
    return daemons.map((daemon) => ({ ...daemon, want: 'floating' as const }));
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
        // When an engine takes this over, it finds nothing of ours.
        owns: true,
      },
      bootParts([{ kind: 'module', name: 'ip_vs' }, ...daemons]),
    ),
  ];
};

function isStarted({ cluster: { failover } }: DirectorRole): boolean {
  return failover !== undefined && failoverFactsOf(failover.engine).syncs;
}

function daemonOf(
  { interface: device, id, group, port, ttl, maxLength }: Omit<Sync, 'at'>,
  host: Host,
  state: SyncDaemonResource['state'],
): SyncDaemonResource {
  return {
    kind: 'sync-daemon',
    state,
    want: 'present',
    interface: device ?? host.interface,
    id,
    group,
    port,
    ttl,
    maxLength,
  };
}
