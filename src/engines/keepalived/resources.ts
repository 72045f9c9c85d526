import type { Cluster, Director } from '../../model/cluster.ts';
import type { Failover } from '../../model/failover.ts';
import { secretToken } from '../../model/secret.ts';
import { familyOf } from '../../net/address.ts';
import { file } from '../../resources/file.ts';
import type { Resource } from '../../resources/index.ts';
import {
  common,
  type Component,
  type DirectorRole,
  directorRoles,
  serves,
} from '../../components/component.ts';
import { sole } from '../agreed.ts';
import { joined } from '../raw-lines.ts';
import { keepalivedText } from './checker.ts';
import { serviceContext } from './virtual-servers.ts';
import { once } from '../../components/once.ts';
import { servingCommand } from '../../components/serving.ts';
import { ledByEngine } from '../../components/sync.ts';
import { carriedVips } from '../../components/vips.ts';

const path = '/etc/keepalived/keepalived.conf';

/**
 * keepalived on a director: VRRP for the clusters in which it moves the VIPs, virtual servers for those in which it
 * watches the real servers. One daemon and one file for both.
 */
export const keepalivedComponent: Component = (site) => {
  const mine = directorRoles(site);
  const moving = mine.filter(({ cluster }) => cluster.failover?.engine === 'keepalived');
  const watching = mine.filter(({ cluster }) => cluster.health.engine === 'keepalived');
  if (moving.length + watching.length === 0) return [];
  const runs = mine.some(serves);
  const content = site.render('keepalived/keepalived.conf', {
    ...common(site),
    sync: syncContext(moving) ?? false,
    ...rawContext(mine.map(({ cluster }) => cluster)),
    groups: groupsOf(moving),
    alert:
      soleOf(
        watching.map(({ cluster }) => alertContext(cluster)),
        'alert',
      ) ?? false,
    instances: moving.map((role) => instanceContext(role, mine)),
    services: watching.flatMap(({ cluster }) =>
      cluster.services.map((service) => serviceContext(cluster, service)),
    ),
  });
  const resources: Resource[] = [
    file(path, content, {
      traffic: 'keepalived',
      check: ['keepalived_reads', '{}'],
      ...(moving.some(({ cluster }) => cluster.failover?.key !== undefined)
        ? { mode: '0600', sensitive: true as const }
        : {}),
    }),
    {
      kind: 'unit',
      name: 'keepalived',
      enabled: runs,
      running: runs,
      packaged: true,
      owns: true,
      watches: [{ path, action: 'reload' }],
      ...servingCommand(watching.map(({ cluster }) => cluster)),
    },
  ];
  return resources;
};

/** The one value of all clusters that have one. */
function soleOf(values: readonly (object | undefined)[], setting: string): object | undefined {
  return sole(
    values.filter((each) => each !== undefined),
    setting,
  );
}

/** The raw lines that the daemon has once, for global_defs and beside it: those of all clusters. */
function rawContext(clusters: readonly Cluster[]): object {
  const all = clusters.flatMap(({ health, failover }) => [
    ...(failover?.engine === 'keepalived' ? [failover.directives] : []),
    ...(health.engine === 'keepalived' ? [health.directives] : []),
  ]);
  return {
    directives: joined(all.map(({ global }) => global)),
    blocks: joined(all.map(({ blocks }) => blocks)),
  };
}

function alertContext({ health: { alert } }: Cluster): object | undefined {
  return alert && { to: alert.to, from: alert.from ?? false, server: alert.server ?? '127.0.0.1' };
}

/** Sync groups with the instances in them. */
function groupsOf(roles: readonly DirectorRole[]): { name: string; instances: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { cluster } of roles) {
    const name = cluster.failover!.syncGroup;
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), cluster.name]);
  }
  return [...groups].map(([group, instances]) => ({ name: group, instances }));
}

/** The characters of a password that VRRP 2 sends (RFC 2338). */
const vrrpPassword = 8;

/** VRRP's priority: the preferred director's, and one less for each after it. */
const highest = 150;

function instanceContext({ cluster, director }: DirectorRole, roles: readonly DirectorRole[]): object {
  const failover = cluster.failover!;
  const device = failover.interface ?? director.interface;
  const carried = carriedVips(roles).get(cluster)!;
  const own = familyOf(director.address);
  const others = carried.filter(({ address }) => familyOf(address) !== own);
  const ranks = cluster.directors.toSorted((a, b) => Number(b.active) - Number(a.active));
  const rank = ranks.findIndex(({ name }) => name === director.name);
  const tracked = new Set([...failover.interfaces, ...carried.map((vip) => vip.interface)]);
  tracked.delete(device);
  const down = Math.max(1, Math.round(failover.deadTime / failover.interval));
  return {
    name: cluster.name,
    ...peersOf(failover, cluster, director),
    // An instance that begins as MASTER does not wait (keepalived.conf(5): preempt_delay).
    state: failover.failback && failover.failbackDelay === 0 && rank === 0 ? 'MASTER' : 'BACKUP',
    interface: device,
    id: failover.id,
    priority: highest - rank,
    version: versionOf(failover, director),
    interval: failover.interval,
    // Three is VRRP's own value, which every version of keepalived uses.
    downAdverts: down === 3 ? false : down,
    key: failover.key === undefined ? false : secretToken(failover.key.name, vrrpPassword),
    failback: failover.failback,
    failbackDelay: failover.failbackDelay === 0 ? false : failover.failbackDelay,
    addresses: carried.filter((each) => !others.includes(each)).map(addressContext),
    others: others.map(addressContext),
    tracked: [...tracked],
    script: failover.script === undefined ? false : keepalivedText(failover.script),
    scriptInterval: Math.max(1, Math.ceil(failover.interval)),
    notify: failover.notify === undefined ? false : keepalivedText(failover.notify),
    directives: failover.directives.instance,
  };
}

/** VRRP 2 has only whole seconds; IPv6 needs version 3. */
function versionOf({ interval }: Failover, director: Director): 2 | 3 {
  return familyOf(director.address) === 'ipv6' || !Number.isInteger(interval) ? 3 : 2;
}

function peersOf(failover: Failover, cluster: Cluster, director: Director): object {
  if (failover.transport !== 'unicast') return { source: '', peers: [], group: failover.group ?? false };
  const peers = cluster.directors.filter(({ name }) => name !== director.name).map(({ address }) => address);
  return { source: director.address, peers, group: false };
}

function addressContext({ label, ...vip }: { label: string | undefined }): object {
  return { ...vip, label: label ?? false };
}

/** The instance that switches the direction of the sync daemon; undefined if lvsform starts it in both directions. */
function syncContext(roles: readonly DirectorRole[]): object | undefined {
  const sync = once('sync', roles);
  const leader = ledByEngine(roles);
  if (sync === undefined || leader === undefined) return undefined;
  const { cluster, director } = leader;
  const { id, group, port, ttl, maxLength } = sync;
  return {
    interface: sync.interface ?? director.interface,
    instance: cluster.name,
    id,
    group,
    port,
    ttl,
    maxLength: maxLength ?? false,
  };
}
