# shellcheck shell=sh
# keepalived: how a director gives up its VIPs, and checks a new configuration.

# keepalived_hands_over CLUSTER VIP...: a director that comes back without VIPs does not take them again.
keepalived_hands_over() {
  shift
  if [ "$family" = rhel6 ]; then service keepalived restart; else systemctl restart keepalived; fi || return 1
  lacks_soon "$@"
}

# keepalived_reads FILE: keepalived -t ends with 5 even if it only warns about a value that it sets right by itself, as it does when
# it runs (its report_config_error): all real servers of a service have weight 0, a script is not used, a word is old.
keepalived_reads() {
  out=$(LC_ALL=C keepalived -t -e -f "$1" 2>&1)
  status=$?
  [ $status != 0 ] || return 0
  errors=$(printf '%s\n' "$out" | grep -Ev \
    'reducing quorum to|setting hysteresis to|No VIP specified; at least one is sensible|script .* is not used|empty group block| is deprecated')
  [ $status != 5 ] || [ -n "$errors" ] || return 0
  printf '%s\n' "${errors:-$out}"
  return $status
}
