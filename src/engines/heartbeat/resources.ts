import type { Cluster, Host } from '../../model/cluster.ts';
import { secretToken } from '../../model/secret.ts';
import { type Address, familyOf } from '../../net/address.ts';
import { file } from '../../resources/file.ts';
import type { Resource } from '../../resources/index.ts';
import { common, type Component, type Site, directorRoles } from '../../components/component.ts';
import { cibAt } from '../pacemaker/cib.ts';
import { type Agreed, agreed } from '../agreed.ts';
import { scope } from './facts.ts';
import { carriedVips } from '../../components/vips.ts';

const folder = '/etc/ha.d';

/** heartbeat's registered UDP port. */
const defaultPort = 694;

/** Characters of the key; heartbeat documents no limit, and sha1 needs no more. */
const keyLength = 64;

/**
 * heartbeat: ha.cf, authkeys, and haresources, or in its second style (crm) a CIB. It raises the VIPs, and before them starts
 * ldirectord if that watches the real servers. heartbeat has no command that checks its configuration.
 */
export const heartbeatComponent: Component = (site) => {
  const mine = directorRoles(site, ({ failover }) => failover?.engine === 'heartbeat');
  const own = agreed(scope, mine);
  if (own === undefined) return [];
  const clusters = mine.map(({ cluster }) => cluster);
  const { crm } = own;
  const [conf, keys, held] = ['ha.cf', 'authkeys', 'haresources'].map((name) => `${folder}/${name}`);
  const files = crm ? [conf!, keys!] : [conf!, keys!, held!];
  const resources: Resource[] = [
    file(conf!, site.render('heartbeat/ha.cf', { ...common(site), ...settings(own, site) }), {
      traffic: 'heartbeat',
    }),
    ...(crm
      ? cibAt(site.host.name, clusters)
      : [
          file(
            held!,
            site.render('heartbeat/haresources', { ...common(site), groups: clusters.map(groupOf) }),
            { traffic: 'haresources' },
          ),
        ]),
    file(
      keys!,
      site.render('heartbeat/authkeys', {
        ...common(site),
        key: secretToken(own.key!.name, keyLength),
      }),
      { mode: '0600', sensitive: true },
    ),
    ...(site.family === 'rhel6'
      ? []
      : [
          file(
            '/etc/systemd/system/heartbeat.service.d/lvsform.conf',
            site.render('heartbeat/heartbeat.service.conf', common(site)),
          ),
        ]),
    {
      kind: 'unit',
      name: 'heartbeat',
      enabled: true,
      running: true,
      packaged: true,
      owns: true,
      watches: files.map((path) => ({ path, action: 'restart' as const })),
      ready: [crm ? 'cluster_answers' : 'heartbeat_settled'],
    },
  ];
  return resources;
};

type Own = Agreed<typeof scope>;

function settings(all: Own, site: Site): object {
  const { interval, deadTime, failback, port, pings, directives } = all;
  return {
    interval: timeText(interval),
    warnTime: timeText(deadTime / 2),
    deadTime: timeText(deadTime),
    // The other director may need that long to boot.
    initDead: timeText(Math.max(2 * deadTime, 10)),
    port: port ?? defaultPort,
    ways: waysOf(all, site.host),
    failback: failback ? 'on' : 'off',
    nodes: all.directors.map(({ name }) => name),
    pings,
    crm: all.crm ? 'respawn' : 'off',
    ipfail: site.family === 'debian' ? '/usr/libexec/heartbeat/ipfail' : '/usr/lib/heartbeat/ipfail',
    directives: directives.global,
  };
}

/** heartbeat's time: seconds, or milliseconds by name. */
function timeText(seconds: number): string {
  return Number.isInteger(seconds) ? String(seconds) : `${Math.round(seconds * 1000)}ms`;
}

/** A line for each way to the other director: those of the first network, then those of the second one. */
function waysOf(own: Own, host: Host): string[] {
  const { secondLink: second } = own;
  const first = wayOver(
    own,
    own.interface ?? host.interface,
    own.directors.map(({ address }) => address),
  );
  return second?.interface === undefined
    ? first
    : [...first, ...wayOver(own, second.interface, Object.values(second.addresses))];
}

function wayOver({ transport, group, port }: Own, over: string, addresses: readonly Address[]): string[] {
  if (transport === 'broadcast') return [`bcast ${over}`];
  if (transport === 'multicast') return [`mcast ${over} ${group ?? '225.0.0.1'} ${port ?? defaultPort} 1 0`];
  return addresses.map((address) => {
    return `${familyOf(address) === 'ipv6' ? 'ucast6' : 'ucast'} ${over} ${address}`;
  });
}

/** The preferred director, and what it holds, in the order in which it is started. */
function groupOf(cluster: Cluster): object {
  const [preferred] = cluster.directors.toSorted((a, b) => Number(b.active) - Number(a.active));
  const carried = carriedVips([{ cluster, director: preferred! }]).get(cluster)!;
  return {
    node: preferred!.name,
    resources: [
      ...(cluster.health.engine === 'ldirectord' ? ['ldirectord::ldirectord.cf'] : []),
      ...carried.map(({ address, prefix, interface: device }) => `IPaddr2::${address}/${prefix}/${device}`),
    ],
  };
}
