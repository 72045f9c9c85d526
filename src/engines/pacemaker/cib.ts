import { agentParams } from '../../components/fencing.ts';
import { carriedVips } from '../../components/vips.ts';
import type { Cluster } from '../../model/cluster.ts';
import { type FencingDevice, startsHealth } from '../../model/failover.ts';
import { element, type XmlElement, xmlText } from '../../net/xml.ts';
import { cibPrefix, type CibResource } from '../../resources/cib.ts';

/** All nodes share one CIB: the node that is prepared last writes it, once there is a quorum. */
export function cibAt(host: string, clusters: readonly Cluster[]): CibResource[] {
  const last = clusters[0]?.directors.filter(({ managed, active }) => managed && !active).at(-1);
  const members = clusters[0]?.directors.map(({ name }) => name) ?? [];
  return last?.name === host ? [{ ...cibOf(clusters), members }] : [];
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
      crm_config: texts(
        nvpairs('cluster_property_set', `${cibPrefix}options`, {
          'stonith-enabled': String(devices.length > 0),
          // Before corosync 2, one of two nodes cannot be a quorum alone.
          ...(clusters.every(hasOldQuorum) ? { 'no-quorum-policy': 'ignore' } : {}),
        }),
      ),
      rsc_defaults: texts(
        nvpairs('meta_attributes', `${cibPrefix}defaults`, {
          'resource-stickiness': String(failback ? 0 : scores.stay),
        }),
      ),
      resources: texts(
        ...clusters.map(groupOf),
        ...devices.map((device, index) => fenceOf(device, index, device.timeout)),
      ),
      constraints: texts(
        ...devices.flatMap(awayFromTarget),
        ...clusters.flatMap(({ name, directors }) =>
          directors
            .filter(({ active }) => active)
            .map((director) =>
              location(
                `${cibPrefix}${name}-prefers`,
                `${cibPrefix}${name}`,
                director.name,
                String(scores.prefer),
              ),
            ),
        ),
      ),
    },
  };
}

function texts(...elements: readonly XmlElement[]): string[] {
  return elements.map(xmlText);
}

function hasOldQuorum({ failover, directors }: Cluster): boolean {
  return directors.length === 2 && (failover!.engine === 'heartbeat' || failover!.corosync === 1);
}

function groupOf(cluster: Cluster): XmlElement {
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
  return element('group', { id }, [...watcher, ...vips]);
}

/** `external/ssh` is a plugin of cluster-glue, everything else an agent; pacemaker takes both as stonith. */
function fenceOf(device: FencingDevice, index: number, timeout: number): XmlElement {
  const id = fenceId(index);
  const all = { ...agentParams(device), pcmk_host_list: device.hosts.join(' ') };
  return element('primitive', { id, class: 'stonith', type: device.agent }, [
    nvpairs('instance_attributes', `${id}-params`, all),
    operations(id, [['monitor', '60s']], timeout),
  ]);
}

/** A director does not run the device that fences it. */
function awayFromTarget({ hosts }: FencingDevice, index: number): XmlElement[] {
  if (hosts.length !== 1) return [];
  return [location(`${fenceId(index)}-away`, fenceId(index), hosts[0]!, '-INFINITY')];
}

function location(id: string, rsc: string, node: string, score: string): XmlElement {
  return element('rsc_location', { id, rsc, node, score });
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
): XmlElement {
  const steps = [
    ['monitor', every],
    ['start', '0s'],
    ['stop', '0s'],
  ] as const;
  return element('primitive', { id, class: 'ocf', provider: 'heartbeat', type }, [
    nvpairs('instance_attributes', `${id}-params`, params),
    operations(id, steps, timeout),
  ]);
}

function operations(
  id: string,
  steps: readonly (readonly [name: string, interval: string])[],
  timeout: number,
): XmlElement {
  const ops = steps.map(([name, interval]) =>
    element('op', { id: `${id}-${name}`, name, interval, timeout: `${timeout}s` }),
  );
  return element('operations', {}, ops);
}

function nvpairs(set: string, id: string, values: Readonly<Record<string, string>>): XmlElement {
  const pairs = Object.entries(values).map(([name, value]) =>
    element('nvpair', { id: `${id}-${name}`, name, value }),
  );
  return element(set, { id }, pairs);
}
