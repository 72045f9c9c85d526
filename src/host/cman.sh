# shellcheck shell=sh
# cman with rgmanager: how a director gives up its VIPs.

# cman_hands_over CLUSTER VIP...: rgmanager moves the cluster's service to another node.
cman_hands_over() {
  clusvcadm -r "$1" || return 1
  shift
  lacks_soon "$@"
}
