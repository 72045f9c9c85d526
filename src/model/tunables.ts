import type { Cluster } from './cluster.ts';
import { isStraight, tracksConnections } from './forwarding.ts';

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
 * hear nothing. Bit 2 (Linux 4.1) has such a connection scheduled anew.
 *
 * `expire_nodest_conn`: a UDP client that keeps its port stays with its real server, and once that one has left the
 * kernel drops what it sends until the entry's time is over (five minutes; measured, Linux 6.1). With 1 its next datagram
 * is scheduled anew.
 */
export function tunablesOf(cluster: Cluster): Tunable[] {
  const { realServers, services, tunables: said } = cluster;
  const straight = realServers.some(({ mode }) => isStraight(mode));
  const datagrams = services.some(
    ({ onePacket, places }) => !onePacket && places.some(({ protocol }) => protocol === 'udp'),
  );
  const needed: Tunable[] = [
    ...(straight ? [{ name: 'conn_reuse_mode', value: '3', optional: true }] : []),
    ...(datagrams ? [{ name: 'expire_nodest_conn', value: '1', optional: false }] : []),
  ];
  const told = { ...said, ...(tracksConnections(cluster) ? { conntrack: '1' } : {}) };
  return [
    ...needed.filter(({ name }) => said[name] === undefined),
    ...Object.entries(told).map(([name, value]) => ({ name, value, optional: false })),
  ];
}

export const tunablePrefix = 'net.ipv4.vs.';
