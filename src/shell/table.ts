/** The verbs of the kernel's table, where a bare `ipvsadm` would harm somebody. */
export const tableVerbs = `
# unrefused COMMAND...: nobody is refused meanwhile. A service whose scheduler changes has none until every CPU has let
# go of the old one (the kernel's ip_vs_edit_service, since 3.10), and who asks in these milliseconds is refused by ICMP.
# Without that word the client asks again after a second. Who finds ICMP quiet already was not the first, or follows
# somebody who was killed: both mean the kernel's default.
unrefused() {
  quiet_icmp proc/sys/net/ipv4/icmp_ratelimit 86400000 && was4=$was
  quiet_icmp proc/sys/net/ipv6/icmp/ratelimit 86400000 && was6=$was
  "$@"
  status=$?
  [ -z "$was4" ] || printf '%s\\n' "$was4" > proc/sys/net/ipv4/icmp_ratelimit
  [ -z "$was6" ] || printf '%s\\n' "$was6" > proc/sys/net/ipv6/icmp/ratelimit
  rm -f "$lib/momentary"
  return $status
}
quiet_icmp() {
  was=$(cat "$1") || return 1
  [ "$was" != "$2" ] || was=1000
  printf '%s %s\\n' "$1" "$was" >> "$lib/momentary" && printf '%s\\n' "$2" > "$1"
} 2>/dev/null
# drained DESTINATION SECONDS CONNECTIONS SERVICE...
drained() {
  leaver=$1 most=$2 few=$3 waited=0
  shift 3
  while :; do
    active=$(ipvsadm -Ln "$@" | while read -r arrow address _ _ count _; do
      [ "$arrow $address" = "-> $leaver" ] && printf '%s' "$count"
    done)
    [ "\${active:-0}" -le "$few" ] && return 0
    if [ "$waited" -ge "$most" ]; then
      printf '%s still has %s active connections after %s s\\n' "$leaver" "$active" "$most"
      return 0
    fi
    # Said now and then, so that a long drain is not taken for a dead host.
    [ $((waited % 30)) -eq 29 ] && printf '%s active connections\\n' "$active"
    sleep 1
    waited=$((waited + 1))
  done
}
`;
