# shellcheck shell=sh
# heartbeat: how a director gives up its VIPs, and what it holds.

# heartbeat_hands_over CLUSTER VIP...: it gives up all that it holds, whichever cluster that belongs to.
heartbeat_hands_over() {
  shift
  for each in usr/share/heartbeat usr/lib64/heartbeat usr/lib/heartbeat; do
    [ -x "$each/hb_standby" ] && "$each/hb_standby" all && break
  done || return 1
  lacks_soon "$@"
}

# heartbeat_settled: heartbeat has decided which resources this node holds.
heartbeat_settled() {
  case $(cl_status rscstatus 2>&1) in all | local | foreign | none) ;; *) return 1 ;; esac
}
