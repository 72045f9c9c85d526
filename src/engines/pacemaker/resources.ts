import { secretToken } from '../../model/secret.ts';
import { type Address, networkOf } from '../../net/address.ts';
import { file } from '../../resources/file.ts';
import type { Resource } from '../../resources/index.ts';
import { common, type Component, directorRoles } from '../../components/component.ts';
import { type Agreed, agreed } from '../agreed.ts';
import { scope } from './facts.ts';
import { cibAt } from './cib.ts';

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
    secondLink,
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
    blocks: directives.blocks,
    nodes: directors.map((each, index) => ({
      name: each.name,
      address: each.address,
      second: secondLink?.addresses[each.name] ?? false,
      id: index + 1,
    })),
    // With a third vote, two nodes are no special case (corosync-qdevice(8)).
    two: directors.length === 2 && quorumDevice === undefined,
    device: quorumDevice === undefined ? false : { ...quorumDevice, port: quorumDevice.port ?? false },
  };
}
