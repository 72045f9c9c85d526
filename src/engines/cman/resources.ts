import type { Cluster } from '../../model/cluster.ts';
import { type FencingDevice, startsHealth, type Transport } from '../../model/failover.ts';
import { secretToken } from '../../model/secret.ts';
import { file } from '../../resources/file.ts';
import type { Resource } from '../../resources/index.ts';
import { common, type Component, directorRoles } from '../../components/component.ts';
import { agentParams } from '../../components/fencing.ts';
import { type Agreed, agreed } from '../agreed.ts';
import { scope } from './facts.ts';
import { carriedVips } from '../../components/vips.ts';

const conf = '/etc/cluster/cluster.conf';
const keyfile = '/etc/cluster/cman_authkey';

/**
 * cman and rgmanager of RHEL 5 and 6: one document for both, with a service for each cluster. The service starts ldirectord
 * (if that watches the real servers) before the VIPs. A change of the document restarts both daemons, one node after the
 * other, so its version is always 1.
 */
export const cmanComponent: Component = (site) => {
  const mine = directorRoles(site, ({ failover }) => failover?.engine === 'cman');
  const own = agreed(scope, mine);
  if (own === undefined) return [];
  const clusters = mine.map(({ cluster }) => cluster);
  const { key } = own;
  const paths = key === undefined ? [conf] : [conf, keyfile];
  const unit = { kind: 'unit', enabled: true, running: true, packaged: true, owns: true } as const;
  const watches = paths.map((path) => ({ path, action: 'restart' as const }));
  const resources: Resource[] = [
    file(conf, site.render('cman/cluster.conf', { ...common(site), ...document(own, clusters) }), {
      traffic: 'cman',
      check: ['ccs_config_validate', '-f', '{}'],
      ...(clusters.some(({ failover }) => failover!.fencing.some(hasSecrets))
        ? { mode: '0600', sensitive: true as const }
        : {}),
    }),
    ...(key === undefined
      ? []
      : [file(keyfile, secretToken(key.name), { mode: '0400', sensitive: true as const })]),
    { ...unit, name: 'cman', watches },
    { ...unit, name: 'rgmanager', watches },
  ];
  return resources;
};

function hasSecrets({ secrets }: FencingDevice): boolean {
  return Object.keys(secrets).length > 0;
}

const transports: Readonly<Record<Transport, { transport: string | false; broadcast: boolean }>> = {
  multicast: { transport: false, broadcast: false },
  broadcast: { transport: false, broadcast: true },
  unicast: { transport: 'udpu', broadcast: false },
  udpu: { transport: 'udpu', broadcast: false },
};

function document(own: Agreed<typeof scope>, clusters: readonly Cluster[]): object {
  const { name, directors, transport, deadTime, directives, group, key } = own;
  const devices = clusters
    .flatMap(({ failover }) => failover!.fencing)
    .map((device, index) => ({ ...device, name: `fence-${index + 1}` }));
  return {
    name,
    two: directors.length === 2,
    ...transports[transport],
    keyfile: key === undefined ? false : keyfile,
    group: transport === 'multicast' ? (group ?? false) : false,
    token: Math.round(deadTime * 1000),
    directives: directives.global,
    nodes: directors.map((director, index) => ({
      name: director.name,
      id: index + 1,
      devices: devices.filter(({ hosts }) => hosts.includes(director.name)).map((device) => device.name),
    })),
    devices: devices.map((device) => ({
      name: device.name,
      agent: device.agent,
      params: Object.entries(agentParams(device)).map(([param, value]) => ({ name: param, value })),
    })),
    groups: clusters.map(groupOf),
  };
}

/** The preferred director first; a VIP gets its prefix from the interface in its network (ip.sh). */
function groupOf(cluster: Cluster): object {
  const { name, directors, failover } = cluster;
  const carried = carriedVips([{ cluster, director: directors[0]! }]).get(cluster)!;
  return {
    name,
    failback: failover!.failback,
    nodes: directors
      .toSorted((a, b) => Number(b.active) - Number(a.active))
      .map((director, index) => ({ name: director.name, priority: index + 1 })),
    ldirectord: startsHealth(cluster),
    vips: carried.map(({ address }) => address),
  };
}
