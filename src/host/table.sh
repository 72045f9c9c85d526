# shellcheck shell=sh
# The kernel's table of virtual services, where a bare `ipvsadm` would do harm.

# unrefused COMMAND...: keeps the host from refusing clients by ICMP while the command runs. A service whose scheduler
# changes has no scheduler until every CPU has let go of the old one (the kernel's ip_vs_edit_service, since 3.10), and
# in these milliseconds the kernel refuses new clients by ICMP. Without that ICMP the client asks again after a second.
# A value that is quiet already is one that we left behind when we were killed, or one of another function that runs
# now: in both cases the kernel's default is what was there before.
unrefused() {
  quiet_icmp proc/sys/net/ipv4/icmp_ratelimit 86400000 && was4=$was
  quiet_icmp proc/sys/net/ipv6/icmp/ratelimit 86400000 && was6=$was
  "$@"
  status=$?
  [ -z "$was4" ] || printf '%s\n' "$was4" > proc/sys/net/ipv4/icmp_ratelimit
  [ -z "$was6" ] || printf '%s\n' "$was6" > proc/sys/net/ipv6/icmp/ratelimit
  rm -f "$lib/momentary"
  return $status
}

# quiet_icmp PATH VALUE: notes the value that it replaces, and sets was to it.
quiet_icmp() {
  was=$(cat "$1") || return 1
  [ "$was" != "$2" ] || was=1000
  printf '%s %s\n' "$1" "$was" >> "$lib/momentary" && printf '%s\n' "$2" > "$1"
} 2>/dev/null

# drained DESTINATION SECONDS CONNECTIONS SERVICE...: waits until the real server has so few active connections. It
# prints their number every 30 seconds, so that a long drain is not taken for a dead host.
drained() {
  leaver=$1 most=$2 few=$3 waited=0
  shift 3
  while :; do
    active=$(ipvsadm -Ln "$@" | while read -r arrow address _ _ count _; do
      [ "$arrow $address" = "-> $leaver" ] && printf '%s' "$count"
    done)
    [ "${active:-0}" -le "$few" ] && return 0
    if [ "$waited" -ge "$most" ]; then
      printf '%s still has %s active connections after %s s\n' "$leaver" "$active" "$most"
      return 0
    fi
    [ $((waited % 30)) -eq 29 ] && printf '%s active connections\n' "$active"
    sleep 1
    waited=$((waited + 1))
  done
}

# serves SERVICE...: these virtual services are in the table.
serves() {
  table=$(ipvsadm -Sn) || return 1
  for service; do
    case $table in *"-A $service "*) ;; *) printf '%s is not in the table\n' "$service" && return 1 ;; esac
  done
}
