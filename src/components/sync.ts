import type { Host, Sync } from '../model/cluster.ts';
import { sole } from '../engines/agreed.ts';
import { failoverFactsOf } from '../model/failover.ts';
import { bootParts } from '../resources/boot.ts';
import type { SyncDaemonResource } from '../resources/sync-daemon.ts';
import { type Component, type DirectorRole, directorRoles } from './component.ts';
import { bootScript } from './init-script.ts';
import { once } from './once.ts';

const order = ['master', 'backup'] as const;
type State = (typeof order)[number];

/**
 * The active director sends its connections and the others receive them, so that they have them after a failover. A director
 * does both if an engine moves the VIPs, or if it is the active one of only some of its clusters: the kernel has a daemon for
 * each direction, none of which hears the other, and a director without connections sends nothing (ip_vs_sync.c).
 */
export const syncComponent: Component = (site) => {
  const mine = directorRoles(site);
  const sync = once('sync', mine);
  if (sync === undefined) return [];
  const states = new Set(mine.flatMap(directionsOf));
  const daemons = order.filter((state) => states.has(state)).map((state) => daemonOf(sync, site.host, state));
  // Such an engine starts the daemon itself, and switches its direction as it moves the VIPs.
  if (ledByEngine(mine) !== undefined)
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

/** The directions that one cluster needs. */
function directionsOf({ cluster: { sync, failover }, director }: DirectorRole): readonly State[] {
  if (sync === undefined) return [];
  if (failover !== undefined) return order;
  return [director.active ? 'master' : 'backup'];
}

/**
 * The first cluster with sync, if an engine switches the daemon as the VIPs of this cluster move. An engine follows one cluster
 * (keepalived.conf(5): lvs_sync_daemon names one instance), so all clusters with sync must move together; otherwise lvsform
 * starts both daemons.
 */
export function ledByEngine(roles: readonly DirectorRole[]): DirectorRole | undefined {
  const synced = roles.filter(({ cluster }) => cluster.sync !== undefined);
  if (sole(synced.map(isStarted), 'starting sync') !== true) return undefined;
  const groups = new Set(synced.map(({ cluster }) => cluster.failover?.syncGroup));
  return synced.length === 1 || (groups.size === 1 && !groups.has(undefined)) ? synced[0] : undefined;
}

function isStarted({ cluster: { failover } }: DirectorRole): boolean {
  return failover !== undefined && failoverFactsOf(failover.engine).syncs;
}

function daemonOf(
  { interface: device, id, group, port, ttl, maxLength }: Omit<Sync, 'at'>,
  host: Host,
  state: State,
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
