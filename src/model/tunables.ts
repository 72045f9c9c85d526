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

export const tunablePrefix = 'net.ipv4.vs.';
