import type { Director, Sync } from '../model/cluster.ts';
import { startWords, type SyncDaemonResource } from '../resources/sync-daemon.ts';
import { line } from '../shell/quote.ts';
import type { Component } from './component.ts';
import { initScript } from './init-script.ts';

/** The active director tells its connections, the others listen; after a failover they are known there. */
export const syncComponent: Component = (site) => {
  const mine = site.roles.flatMap((role) =>
    role.as === 'director' && role.cluster.sync !== undefined
      ? [daemonOf(role.cluster.sync, role.director)]
      : [],
  );
  const [daemon] = mine.toSorted((a, b) => b.state.localeCompare(a.state));
  if (daemon === undefined) return [];
  const { state } = daemon;
  return [
    daemon,
    ...initScript(
      site,
      'sync',
      {
        name: 'lvs-sync',
        description: 'LVS connection synchronisation between directors',
        start: 90,
        stop: 10,
        active: true,
        before: ['lvs-director'],
        portable: true,
      },
      { state, start: line(startWords(daemon)) },
    ),
  ];
};

function daemonOf(
  { interface: device, id, group, port, ttl, maxLength }: Sync,
  director: Director,
): SyncDaemonResource {
  return {
    kind: 'sync-daemon',
    state: director.active ? 'master' : 'backup',
    want: 'present',
    interface: device ?? director.interface,
    id,
    group,
    port,
    ttl,
    maxLength,
  };
}
