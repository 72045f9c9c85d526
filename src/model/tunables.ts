import type { Cluster } from './cluster.ts';
import { tracksConnections } from './forwarding.ts';

/**
 * The kernel's parameters below net.ipv4.vs, and what they are when ip_vs is loaded (Documentation/networking/
 * ipvs-sysctl.rst and ip_vs_ctl.c; read on Linux 6.1). Those without a default depend on the machine.
 */
export const tunables: ReadonlyMap<string, string | undefined> = new Map([
  ['am_droprate', '10'],
  ['amemthresh', '1024'],
  ['backup_only', '0'],
  ['cache_bypass', '0'],
  ['conn_reuse_mode', '1'],
  ['conntrack', '0'],
  ['drop_entry', '0'],
  ['drop_packet', '0'],
  ['expire_nodest_conn', '0'],
  ['expire_quiescent_template', '0'],
  ['ignore_tunneled', '0'],
  ['lblc_expiration', '86400'],
  ['lblcr_expiration', '86400'],
  ['nat_icmp_send', '0'],
  ['pmtu_disc', '1'],
  ['run_estimation', '1'],
  ['schedule_icmp', '0'],
  ['secure_tcp', '0'],
  ['sloppy_sctp', '0'],
  ['sloppy_tcp', '0'],
  ['snat_reroute', '1'],
  ['sync_persist_mode', '0'],
  ['sync_ports', '1'],
  ['sync_qlen_max', undefined],
  ['sync_refresh_period', '0'],
  ['sync_retries', '0'],
  ['sync_sock_size', '0'],
  ['sync_threshold', '3 50'],
  ['sync_version', '1'],
]);

export interface Tunable {
  readonly name: string;
  readonly value: string;
  /** True where nobody asked for it, and a kernel that is too old for it does without. */
  readonly optional: boolean;
}

/**
 * What a cluster's directors are set to: what it says, and what its services need.
 *
 * `conn_reuse_mode`: of a straight connection a director sees the client's half only, and remembers it as FIN_WAIT for two
 * minutes, on a real server that may have gone since: a client that takes the same port anew would be sent there, and
 * hear nothing. Bit 2 (Linux 4.1) has such a connection scheduled anew. It outlives its service, so a director that
 * rewrites packets needs the bit, too: it may have had straight connections a minute ago (measured, Linux 6.1: a
 * tunnel's ports taken anew under FULLNAT, 4 of 4 timed out, and with bit 2 none).
 *
 * `expire_nodest_conn`: a UDP client that keeps its port stays with its real server, and once that one has left the
 * kernel drops what it sends until the entry's time is over (five minutes; measured, Linux 6.1). With 1 its next datagram
 * is scheduled anew; and so is a new connection from a port that is remembered with a real server of weight 0, while those
 * that are open stay with it. That is what `quiesce` means; where a real server that is out is removed instead, 1 would
 * reset what is open, so there it is as the inventory says.
 */
export function tunablesOf(cluster: Cluster): Tunable[] {
  const { health, services, tunables: said } = cluster;
  const datagrams = services.some(
    ({ onePacket, places }) => !onePacket && places.some(({ protocol }) => protocol === 'udp'),
  );
  const quiesces = health.engine !== 'none' && health.quiesce;
  const needed: Tunable[] = [
    { name: 'conn_reuse_mode', value: '3', optional: true },
    ...(datagrams || quiesces ? [{ name: 'expire_nodest_conn', value: '1', optional: false }] : []),
  ];
  const told = { ...said, ...(tracksConnections(cluster) ? { conntrack: '1' } : {}) };
  return [
    ...needed.filter(({ name }) => said[name] === undefined),
    ...Object.entries(told).map(([name, value]) => ({ name, value, optional: false })),
  ];
}

export const tunablePrefix = 'net.ipv4.vs.';
