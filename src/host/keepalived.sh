# shellcheck shell=sh
# keepalived: how a director gives up its VIPs.

# keepalived_hands_over CLUSTER VIP...: a director that comes back without VIPs does not take them again.
keepalived_hands_over() {
  shift
  if [ "$family" = rhel6 ]; then service keepalived restart; else systemctl restart keepalived; fi || return 1
  lacks_soon "$@"
}
