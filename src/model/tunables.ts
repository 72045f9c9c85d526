import type { Cluster } from './cluster.ts';
import { tracksConnections } from './forwarding.ts';

/**
 * The kernel's parameters below net.ipv4.vs, and their values when ip_vs is loaded (Documentation/networking/
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
  /** True for a parameter that the inventory does not name: a kernel that is too old for it does without. */
  readonly optional: boolean;
}

/**
 * The parameters of a cluster's directors: those that the inventory sets, and those that the services need.
 *
 * `conn_reuse_mode`: with DR and tunnels a director sees only the client's half of a connection. It keeps the connection as
 * FIN_WAIT for two minutes, on a real server that may have left since. A client that uses the same port again would be sent
 * there and get no answer. With bit 2 (Linux 4.1) the kernel schedules such a connection anew. The entry outlives its
 * service, so a director that rewrites packets needs the bit, too: it may have forwarded by DR or tunnels a minute ago
 * (measured, Linux 6.1: a tunnel's ports used again under FULLNAT, 4 of 4 timed out, and with bit 2 none).
 *
 * `expire_nodest_conn`: a UDP client that keeps its port is always sent to the same real server. Once that real server has
 * left, the kernel drops the client's datagrams until the entry expires (five minutes; measured, Linux 6.1). With 1 the
 * kernel schedules the next datagram anew. It also schedules a new connection anew, if the client's port has an entry with a
 * real server of weight 0; open connections remain there. `quiesce` needs this. If a failed real server is removed instead,
 * 1 would reset its open connections, so the value is the inventory's then.
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
