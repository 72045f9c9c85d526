import type { Cluster } from '../../model/cluster.ts';
import { type FencingDevice, startsHealth } from '../../model/failover.ts';
import { secretToken } from '../../model/secret.ts';
import { type Address, networkOf } from '../../net/address.ts';
import { cibPrefix, type CibResource } from '../../resources/cib.ts';
import { escaped } from '../../net/xml.ts';
import { file } from '../../resources/file.ts';
import type { Resource } from '../../resources/index.ts';
import { common, type Component, directorRoles } from '../../components/component.ts';
import { agentParams } from '../../components/fencing.ts';
import { type Agreed, agreed } from '../agreed.ts';
import { scope } from './facts.ts';
import { carriedVips } from '../../components/vips.ts';

/**
 * corosync and pacemaker: the nodes, their key, and in the CIB one group for each cluster, which starts ldirectord (if that
 * watches the real servers) before the VIPs.
 */
export const pacemakerComponent: Component = (site) => {
  const mine = directorRoles(site, ({ failover }) => failover?.engine === 'pacemaker');
  const own = agreed(scope, mine);
  if (own === undefined) return [];
  const clusters = mine.map(({ cluster }) => cluster);
  const conf = '/etc/corosync/corosync.conf';
  const key = '/etc/corosync/authkey';
  const watches = [conf, key].map((path) => ({ path, action: 'restart' as const }));
  const unit = { kind: 'unit', enabled: true, running: true, packaged: true, owns: true } as const;
  const resources: Resource[] = [
    // Version 1 cannot check a configuration.
    own.corosync === 1
      ? file(
          conf,
          site.render('pacemaker/corosync1.conf', { ...common(site), ...totem(own, site.host.address) }),
          {
            traffic: 'corosync',
          },
        )
      : file(
          conf,
          site.render('pacemaker/corosync.conf', { ...common(site), ...totem(own, site.host.address) }),
          {
            check: ['corosync_reads', '{}'],
            traffic: 'corosync',
          },
        ),
    file(key, secretToken(own.key!.name), { mode: '0400', sensitive: true }),
    { ...unit, name: 'corosync', watches },
    ...(own.quorumDevice === undefined
      ? []
      : [{ ...unit, name: 'corosync-qdevice', watches: [watches[0]!] }]),
    { ...unit, name: 'pacemaker', watches, ready: ['cluster_answers'] },
  ];
  return [...resources, ...cibAt(site.host.name, clusters)];
};

/** All nodes share one CIB: the node that is prepared last writes it, once there is a quorum. */
export function cibAt(host: string, clusters: readonly Cluster[]): CibResource[] {
  const last = clusters[0]?.directors.filter(({ managed, active }) => managed && !active).at(-1);
  const members = clusters[0]?.directors.map(({ name }) => name) ?? [];
  return last?.name === host ? [{ ...cibOf(clusters), members }] : [];
}

type Own = Agreed<typeof scope>;

/** The prefix of a director's network, if no cluster has it. */
const usualPrefix = 24;

function totem(own: Own, address: Address): object {
  const {
    name: whole,
    directors,
    transport,
    deadTime,
    group,
    port,
    directives,
    corosync,
    quorumDevice,
    prefix = usualPrefix,
  } = own;
  const net = networkOf(address, prefix);
  return {
    name: whole,
    transport: transport === 'unicast' ? 'knet' : transport === 'multicast' ? 'udp' : 'udpu',
    token: Math.round(deadTime * 1000),
    // corosync 3 encrypts and signs only over knet (corosync.conf(5)).
    crypto: transport === 'unicast',
    bindnet: transport === 'multicast' || corosync === 1 ? net.split('/')[0] : false,
    group: group ?? '226.94.1.7',
    port: port ?? 5405,
    directives: directives.global,
    nodes: directors.map((each, index) => ({ name: each.name, address: each.address, id: index + 1 })),
    // With a third vote, two nodes are no special case (corosync-qdevice(8)).
    two: directors.length === 2 && quorumDevice === undefined,
    device: quorumDevice === undefined ? false : { ...quorumDevice, port: quorumDevice.port ?? false },
  };
}

/** Stickiness outweighs the preference for a director, unless that is to take the VIPs back. */
const scores = { prefer: 50, stay: 100 };

function cibOf(clusters: readonly Cluster[]): CibResource {
  const devices = clusters.flatMap(({ failover }) =>
    failover!.fencing.map((device) => ({ ...device, timeout: failover!.agentTimeout })),
  );
  const failback = clusters.every(({ failover }) => failover?.failback === true);
  return {
    kind: 'cib',
    want: {
      crm_config: [
        nvpairs('cluster_property_set', `${cibPrefix}options`, {
          'stonith-enabled': String(devices.length > 0),
          // Before corosync 2, one of two nodes cannot be a quorum alone.
          ...(clusters.every(hasOldQuorum) ? { 'no-quorum-policy': 'ignore' } : {}),
        }),
      ],
      rsc_defaults: [
        nvpairs('meta_attributes', `${cibPrefix}defaults`, {
          'resource-stickiness': String(failback ? 0 : scores.stay),
        }),
      ],
      resources: [
        ...clusters.map(groupOf),
        ...devices.map((device, index) => fenceOf(device, index, device.timeout)),
      ],
      constraints: [
        ...devices.flatMap(awayFromTarget),
        ...clusters.flatMap(({ name, directors }) =>
          directors
            .filter(({ active }) => active)
            .map(
              (director) =>
                `<rsc_location id="${cibPrefix}${name}-prefers" rsc="${cibPrefix}${name}" node="${director.name}" score="${scores.prefer}"/>`,
            ),
        ),
      ],
    },
  };
}

function hasOldQuorum({ failover, directors }: Cluster): boolean {
  return directors.length === 2 && (failover!.engine === 'heartbeat' || failover!.corosync === 1);
}

function groupOf(cluster: Cluster): string {
  const carried = carriedVips([{ cluster, director: cluster.directors[0]! }]).get(cluster)!;
  const id = `${cibPrefix}${cluster.name}`;
  const timeout = cluster.failover!.agentTimeout;
  const watcher = startsHealth(cluster)
    ? [primitive(`${id}-ldirectord`, 'ldirectord', { configfile: '/etc/ha.d/ldirectord.cf' }, '20s', timeout)]
    : [];
  const vips = carried.map(({ address, prefix, interface: device }, index) =>
    primitive(
      `${id}-vip-${index + 1}`,
      'IPaddr2',
      { ip: address, cidr_netmask: String(prefix), nic: device },
      '10s',
      timeout,
    ),
  );
  return `<group id="${id}">${[...watcher, ...vips].join('')}</group>`;
}

/** `external/ssh` is a plugin of cluster-glue, everything else an agent; pacemaker takes both as stonith. */
function fenceOf(device: FencingDevice, index: number, timeout: number): string {
  const id = fenceId(index);
  const all = { ...agentParams(device), pcmk_host_list: device.hosts.join(' ') };
  return `<primitive id="${id}" class="stonith" type="${device.agent}">${nvpairs('instance_attributes', `${id}-params`, all)}<operations><op id="${id}-monitor" name="monitor" interval="60s" timeout="${timeout}s"/></operations></primitive>`;
}

/** A director does not run the device that fences it. */
function awayFromTarget({ hosts }: FencingDevice, index: number): string[] {
  return hosts.length === 1
    ? [
        `<rsc_location id="${fenceId(index)}-away" rsc="${fenceId(index)}" node="${hosts[0]}" score="-INFINITY"/>`,
      ]
    : [];
}

function fenceId(index: number): string {
  return `${cibPrefix}fence-${index + 1}`;
}

function primitive(
  id: string,
  type: string,
  params: Readonly<Record<string, string>>,
  every: string,
  timeout: number,
): string {
  const ops = [
    ['monitor', every],
    ['start', '0s'],
    ['stop', '0s'],
  ].map(
    ([name, interval]) =>
      `<op id="${id}-${name}" name="${name}" interval="${interval}" timeout="${timeout}s"/>`,
  );
  return `<primitive id="${id}" class="ocf" provider="heartbeat" type="${type}">${nvpairs('instance_attributes', `${id}-params`, params)}<operations>${ops.join('')}</operations></primitive>`;
}

function nvpairs(element: string, id: string, values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(
    ([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${escaped(value)}"/>`,
  );
  return `<${element} id="${id}">${pairs.join('')}</${element}>`;
}
